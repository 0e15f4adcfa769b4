"""`manage.py build_media`: what it checks and prunes; the building itself is proved with the media."""

import pytest
from django.core.management import CommandError, call_command

from exams.bank import build, checking, film, source
from tests.factories import QuestionFactory


@pytest.fixture
def root(db, settings):
    root = settings.MEDIA_ROOT / "bank"
    root.mkdir(parents=True)
    return root


def test_prune_lists_and_removes_what_neither_the_database_nor_the_source_refers_to(root, settings, capsys):
    question = source.load()[0]
    kept = [QuestionFactory().media, build.media_key(question)]
    for name in [*kept, "f" * 20]:
        (root / name).mkdir()
        (root / name / "video.mp4").write_bytes(b"0" * 1_000_000)
    call_command("build_media", "--prune")
    said = capsys.readouterr().out
    assert said.splitlines() == ["bank/" + "f" * 20, "1 to remove, 1.0 MB; nothing was removed: add --wet-run."]
    assert (root / ("f" * 20)).exists()
    call_command("build_media", "--prune", "--wet-run")
    assert {path.name for path in root.iterdir() if path.is_dir()} == set(kept)


def test_prune_takes_the_parts_of_films_that_nobody_asks_for(root, settings, monkeypatch):
    import os

    parts = settings.MEDIA_ROOT / "film"
    parts.mkdir()
    for name in ("new.mp4", "old.mp4"):
        (parts / name).write_bytes(b"0")
    os.utime(parts / "old.mp4", (0, 0))
    assert film.UNUSED > 0
    call_command("build_media", "--prune", "--wet-run")
    assert [path.name for path in parts.iterdir()] == ["new.mp4"]


def test_wet_run_goes_with_prune_alone(root):
    with pytest.raises(CommandError, match="--prune"):
        call_command("build_media", "--wet-run")


def test_check_says_every_fault_and_fails(root, monkeypatch):
    first, second = source.load()[:2]
    (root / build.media_key(first)).mkdir()
    monkeypatch.setattr(checking, "faults", lambda folder: ["video.mp4 does not decode"])
    with pytest.raises(CommandError) as raised:
        call_command("build_media", "--check", first.code, second.code)
    assert str(raised.value).splitlines() == [
        f"{first.code} ({build.media_key(first)}): video.mp4 does not decode",
        f"{second.code} ({build.media_key(second)}): its media are not built",
    ]
    monkeypatch.setattr(checking, "faults", lambda folder: [])
    call_command("build_media", "--check", first.code)
