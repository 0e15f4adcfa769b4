"""« Film de l’épreuve », made of real media: its streams, its chapters, and what is seen in each."""

import json
import shutil
import subprocess
import threading
from dataclasses import replace

import numpy as np
import pytest

from exams.bank import build, encode, film, screens
from exams.bank.scenes import stage

ANSWER = 12
"""Seconds to answer here: less than a reading lasts, so that the wait for its end is seen as well."""


@pytest.fixture(scope="module")
def asked(drawn, folders):
    return [
        film.Asked(folder, q.statement, tuple(p.text for p in q.propositions), q.several)
        for q, folder in zip(drawn, folders, strict=True)
    ]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return tmp_path_factory.mktemp("parts")


@pytest.fixture(scope="module")
def made(asked, parts):
    out = parts.parent / "film.mp4"
    return out, film.make(asked, out, parts=parts, answer_seconds=ANSWER)


def probed(file):
    run = ["ffprobe", "-v", "error", "-show_streams", "-show_chapters", "-show_format", "-of", "json", file]
    return json.loads(subprocess.run(run, capture_output=True, check=True).stdout)


def picture(file, at):
    """The picture of a film at a second, as shades of grey (720 × 1280)."""
    run = ["ffmpeg", "-loglevel", "error", "-ss", str(at), "-i", file, "-frames:v", "1", "-f", "rawvideo"]
    raw = subprocess.run([*run, "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(stage.HEIGHT, stage.WIDTH).astype(int)


def grey(frames):
    """The first of BGRA frames as shades of grey."""
    blue, green, red = np.moveaxis(
        np.frombuffer(next(frames), np.uint8).reshape(stage.HEIGHT, stage.WIDTH, 4)[..., :3].astype(float), 2, 0
    )
    return (0.0722 * blue + 0.7152 * green + 0.2126 * red).astype(int)


def distance(one, other):
    return np.abs(one - other).mean()


def test_it_is_one_h264_and_one_aac_stream_as_long_as_its_parts(asked, made):
    out, seconds = made
    about = probed(out)
    kinds = {stream["codec_name"]: stream for stream in about["streams"]}
    assert {"h264", "aac"} <= set(kinds)
    assert (kinds["h264"]["width"], kinds["h264"]["height"], kinds["h264"]["pix_fmt"]) == (1280, 720, "yuv420p")
    assert float(kinds["h264"]["duration"]) == pytest.approx(seconds, abs=0.05)
    assert float(kinds["aac"]["duration"]) == pytest.approx(seconds, abs=0.1)
    assert int(kinds["h264"]["nb_frames"]) == round(seconds * stage.FPS)
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays while it downloads
    decoded = subprocess.run(
        ["ffmpeg", "-v", "warning", "-i", out, "-map", "0:v", "-map", "0:a", "-f", "null", "-"], capture_output=True
    )
    assert (decoded.returncode, decoded.stderr) == (0, b"")


def test_each_chapter_begins_with_the_card_of_its_number(asked, made):
    chapters = probed(made[0])["chapters"]
    titles = [chapter["tags"]["title"] for chapter in chapters]
    assert titles == ["Présentation", *(f"Question {n}" for n in range(1, len(asked) + 1)), "Fin"]
    cards = {n: grey(screens.card(f"Question {n}", seconds=1)) for n in range(1, len(asked) + 1)}
    for number, chapter in enumerate(chapters[1:-1], start=1):
        seen = picture(made[0], float(chapter["start_time"]))
        distances = {n: distance(seen, card) for n, card in cards.items()}
        assert min(distances, key=distances.get) == number
        assert distances[number] < 1.5


def test_each_question_is_shown_after_its_video_with_the_time_that_is_left(asked, made):
    starts = [float(chapter["start_time"]) for chapter in probed(made[0])["chapters"]]
    for question, start, following in zip(asked, starts[1:], starts[2:], strict=False):
        length = build.facts(question.media)["video_seconds"]
        middle = length / 2 + 0.02  # between two pictures: rounding does not choose the other
        video = picture(made[0], start + film.CARD_SECONDS + middle)
        # Encoded once more, a street full of people differs by 2 to 4 from its source; another street by far more.
        own = distance(video, picture(question.media / "video.mp4", middle))
        others = [other for other in asked if other != question]
        assert own < 6
        assert min(distance(video, picture(other.media / "video.mp4", middle)) for other in others) > 2 * own
        # Five seconds before the next number, five seconds are left, and nothing is being read.
        drawn = screens.question(
            question.statement,
            question.propositions,
            several=question.several,
            still=question.media / "still.jpg",
            moments=[screens.Moment(5, ANSWER, "")],
        )
        assert distance(picture(made[0], following - 4.5), grey(drawn)) < 3


def test_the_countdown_waits_for_a_long_reading(asked, made):
    starts = [float(chapter["start_time"]) for chapter in probed(made[0])["chapters"]]
    for question, start, following in zip(asked, starts[1:], starts[2:], strict=False):
        facts = build.facts(question.media)
        shown = following - start - film.CARD_SECONDS - facts["video_seconds"]
        assert shown >= max(ANSWER, facts["reading_seconds"] + 5)


def test_the_questions_are_heard(asked, made):
    starts = [float(chapter["start_time"]) for chapter in probed(made[0])["chapters"]]
    for question, start in zip(asked, starts[1:], strict=False):
        facts = build.facts(question.media)
        begins = start + film.CARD_SECONDS + facts["video_seconds"]
        run = ["ffmpeg", "-ss", str(begins), "-t", str(facts["reading_seconds"]), "-i", made[0]]
        report = subprocess.run([*run, "-af", "ebur128", "-f", "null", "-"], capture_output=True, text=True).stderr
        loudness = float(report.rsplit("I:", 1)[1].split()[0])
        assert loudness == pytest.approx(encode.LOUDNESS, abs=2)


def test_the_film_and_its_parts_hold_no_answer(asked):
    """What is expected does not even enter the door."""
    assert set(film.Asked.__dataclass_fields__) == {"media", "statement", "propositions", "several"}


def test_another_order_makes_nothing_again(asked, made, parts, tmp_path, monkeypatch):
    monkeypatch.setattr(encode, "_ffmpeg", counted := Counted(encode._ffmpeg))
    film.make([*asked[1:], asked[0]], tmp_path / "film.mp4", parts=parts, answer_seconds=ANSWER)
    assert counted.calls == 1  # the join
    assert [chapter["tags"]["title"] for chapter in probed(tmp_path / "film.mp4")["chapters"]][1] == "Question 1"


class Counted:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *arguments):
        self.calls += 1
        return self.function(*arguments)


def test_a_question_whose_text_changed_is_drawn_again(asked, parts):
    changed = replace(asked[0], statement="Un autre énoncé ?")
    assert film._question(changed, ANSWER).name != film._question(asked[0], ANSWER).name
    assert film._question(asked[0], ANSWER).name == film._question(asked[0], ANSWER).name


def test_two_films_at_once_make_each_part_once(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(encode, "segment", segments := Counted2(encode.segment))
    parts = tmp_path / "parts"
    errors = []

    def make(name):
        try:
            film.make(asked[:1], tmp_path / name, parts=parts, answer_seconds=ANSWER)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=make, args=(name,)) for name in ("a.mp4", "b.mp4")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert segments.calls == 4  # opening, ending, number, question
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


class Counted2(Counted):
    def __call__(self, *arguments, **keywords):
        self.calls += 1
        return self.function(*arguments, **keywords)


def test_an_interrupted_film_leaves_nothing_half_written(asked, tmp_path, monkeypatch):
    def dies(frames, voice, file, *, seconds):
        file.write_bytes(b"half")
        raise KeyboardInterrupt

    parts = tmp_path / "parts"
    with monkeypatch.context() as patched:
        patched.setattr(encode, "segment", dies)
        with pytest.raises(KeyboardInterrupt):
            film.make(asked[:1], tmp_path / "film.mp4", parts=parts, answer_seconds=ANSWER)
    assert list(parts.glob("[!.]*.mp4")) == []
    assert not (tmp_path / "film.mp4").exists()
    assert film.make(asked[:1], tmp_path / "film.mp4", parts=parts, answer_seconds=ANSWER)
    assert [file.name for file in parts.iterdir() if file.name.startswith(".making-")] == []


def test_missing_media_are_said_before_anything_is_made(asked, tmp_path):
    with pytest.raises(film.MissingMedia, match="absent"):
        film.make(
            [replace(asked[0], media=tmp_path / "absent")], tmp_path / "f.mp4", parts=tmp_path / "p", answer_seconds=9
        )
    assert list(tmp_path.iterdir()) == []


def test_footage_of_another_kind_is_made_like_the_rest(asked, tmp_path):
    """A video that an operator loaded, smaller and in other proportions, joins as well."""
    folder = tmp_path / "media"
    shutil.copytree(asked[0].media, folder)
    run = ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=d=6.5:s=640x480:r=30"]
    subprocess.run([*run, "-c:v", "libx264", "-pix_fmt", "yuv420p", folder / "video.mp4"], check=True)
    out = tmp_path / "film.mp4"
    film.make([replace(asked[0], media=folder), asked[1]], out, parts=tmp_path / "parts", answer_seconds=ANSWER)
    decoded = subprocess.run(["ffmpeg", "-v", "warning", "-i", out, "-f", "null", "-"], capture_output=True)
    assert (decoded.returncode, decoded.stderr) == (0, b"")
    chapter = probed(out)["chapters"][2]
    assert distance(picture(out, float(chapter["start_time"])), grey(screens.card("Question 2", seconds=1))) < 1.5


def test_the_aer_hears_each_video_described(asked, parts, tmp_path):
    out = tmp_path / "film.mp4"
    film.make(asked[:1], out, parts=parts, answer_seconds=ANSWER, described=True)
    start = float(probed(out)["chapters"][1]["start_time"]) + film.CARD_SECONDS
    described = build.facts(asked[0].media)["description_seconds"]
    run = ["ffmpeg", "-ss", str(start), "-t", str(described), "-i", out, "-af", "ebur128", "-f", "null", "-"]
    report = subprocess.run(run, capture_output=True, text=True).stderr
    assert float(report.rsplit("I:", 1)[1].split()[0]) == pytest.approx(encode.LOUDNESS, abs=2)
    # The last picture of the video stays until the description is over.
    last = picture(asked[0].media / "video.mp4", build.facts(asked[0].media)["video_seconds"] - 0.06)
    assert distance(picture(out, start + described - 0.5), last) < 8  # it was encoded twice


def test_parts_that_enter_no_film_go_after_a_while(asked, made, parts):
    import time

    now = time.time()
    assert film.prune(parts, now=now) == []
    old = film.prune(parts, now=now + film.UNUSED + 60)
    assert old
    assert all(part.exists() for part in old)


LONG = (
    "Indiquer le lieu précis de l'accident, le nombre de blessés et leur état, puis attendre la réponse au téléphone."
)


def test_the_longest_question_fits_and_stays_readable():
    fitted = screens._fitted("Mot " * 40, [LONG] * 6)
    assert screens._TOP + screens._high(fitted) <= stage.HEIGHT - screens._MARGIN
    assert fitted.size >= 20
    short = screens._fitted("Que faire ?", ["Oui.", "Non."])
    assert short.size == 36


def test_lines_keep_french_punctuation_with_its_word_and_cut_what_is_too_wide():
    font = screens._font(30)
    lines = screens.wrapped("Que doit faire le conducteur ? " + "m" * 80, font, 400)
    assert all(font.measureText(line) <= 400 for line in lines)
    assert not any(line.startswith("?") for line in lines)
    assert "".join(lines).count("m") == 80
