"""A question as text, films of a few seconds, and media that pass for built ones."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from django.conf import settings

from esr.core import jobs
from exams import actions, queries, tasks  # noqa: F401 - tasks registers the jobs
from exams.bank import build, source


def make_question(code="circ-pieton-feu", **fields) -> source.Question:
    """A question that nothing is wrong with; its scene is drawn (the code is one of the bank's)."""
    question = source.Question(
        code=code,
        theme="circulation",
        competence="Traverser au feu",
        users=("pieton",),
        attestations=("ASSR1", "ASSR2"),
        use="both",
        statement="Le bonhomme est rouge : que fais-tu ?",
        explanation="Au feu rouge, le piéton attend : les voitures ont le feu vert.\nMême si rien ne vient.",
        notes="Code de la route, art. R. 412-38.",
        propositions=(
            source.Proposition("J’attends le vert.", True),
            source.Proposition("Je traverse en courant.", False),
            source.Proposition("Je demande « pardon ».", False),
        ),
        scene=source.Scene(8, "rue", "Un passage piéton devant une école, le bonhomme est rouge."),
    )
    return replace(question, **fields)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    """Jobs wait: building media takes the time it takes."""
    monkeypatch.setattr(jobs, "enqueue", lambda key: None)


def reworded(question: source.Question, statement="Le bonhomme est rouge. Que faut-il faire ?") -> source.Question:
    return replace(question, statement=statement)


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    """Films and a voice, by name."""
    folder = tmp_path_factory.mktemp("films")
    quiet = ["ffmpeg", "-v", "error", "-f", "lavfi"]
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    for name, seconds, size in (("video", 8, "640x360"), ("film", 7, "640x480"), ("long", 33, "640x360")):
        subprocess.run([*quiet, "-i", f"testsrc=d={seconds}:s={size}:r=10", *video, folder / f"{name}.mp4"], check=True)
    subprocess.run([*quiet, "-i", "testsrc=d=7:s=320x180:r=10", *video, folder / "small.mp4"], check=True)
    subprocess.run([*quiet, "-i", "sine=d=1", "-c:a", "aac", folder / "voice.m4a"], check=True)
    subprocess.run([*quiet, "-i", "sine=d=1", "-c:a", "libopus", folder / "voice.webm"], check=True)
    return folder


@pytest.fixture
def give_media(films):
    """Make the media folder of a version look built, whatever files that takes."""

    def give(row):
        content = queries.as_source(row)
        folder = queries.media_folder(row.media)
        folder.mkdir(parents=True, exist_ok=True)
        for name in build.files(content):
            like = {"m4a": "voice.m4a", "webm": "voice.webm", "mp4": "video.mp4"}.get(name.rsplit(".", 1)[-1])
            if like:
                shutil.copy(films / like, folder / name)
            else:
                (folder / name).write_text("{}")
        return row

    return give


@pytest.fixture
def published(db, give_media):
    """A question in the draw, with its media."""
    row = give_media(actions.save_question(content=make_question()))
    actions.publish_question(question=row)
    row.refresh_from_db()
    return row


@pytest.fixture
def footage(films):
    """Put a film where the platform keeps them, and give its name."""

    def keep(name="film.mp4"):
        return actions.keep_footage(films / name)

    settings.FOOTAGE_ROOT.mkdir(parents=True, exist_ok=True)
    return keep
