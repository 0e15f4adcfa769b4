"""Every question's scene and voice, and what may happen to the media of some questions, others in every run."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from exams.bank import build, checking, encode
from exams.bank.scenes import registry
from tests.exams.media.conftest import SEED, with_other_key


def test_every_question_has_a_scene_that_moves_and_a_voice_that_can_be_heard_in_time(questions):
    assert [fault for question in questions for fault in checking.scene_faults(question)] == []
    assert [fault for question in questions for fault in checking.reading_faults(question)] == []


def test_a_blank_and_a_still_scene_are_noticed(questions, monkeypatch):
    from exams.bank.scenes import stage

    question = questions[0]
    found = registry.find(question.code)

    def frozen(stage):
        drawing = found.setting(stage)
        return lambda c, t: drawing(c, 1.0)

    monkeypatch.setitem(registry._settings, question.code, lambda stage: lambda c, t: c.clear(0xFFFFFFFF))
    monkeypatch.setattr(registry, "find", lambda code: registry.Scene(registry._settings[code], ()))
    assert len(checking.scene_faults(question)) == 2
    still = replace(found, setting=frozen)
    monkeypatch.setattr(registry, "find", lambda code: still)
    moving = registry.Scene(found.setting, ()).drawing(question.scene.duration)
    assert next(stage.shoot(moving, [1.0])) is not None
    assert checking.scene_faults(question) == [f"{question.code}: nothing moves"]


def test_a_voice_that_is_too_long_is_noticed(questions):
    question = replace(questions[0], statement="Une phrase de plus. " * 60)
    assert ["the reading lasts" in fault for fault in checking.reading_faults(question)] == [True]


def test_the_built_media_decode_and_keep_their_bounds(drawn, folders):
    found = {folder.name: checking.faults(folder) for folder in folders}
    assert found == {folder.name: [] for folder in folders}, f"MEDIA_SEED={SEED}"
    for question, folder in zip(drawn, folders, strict=True):
        assert {file.name for file in folder.iterdir()} == set(build.files(question))
        assert json.loads((folder / "media.json").read_text())["video_seconds"] == question.scene.duration


def test_the_light_files_are_lighter(folders):
    for light, universal in (("light.mp4", "video.mp4"), ("reading.webm", "reading.m4a")):
        sizes = [sum((folder / name).stat().st_size for folder in folders) for name in (light, universal)]
        assert sizes[0] < 0.8 * sizes[1], (light, SEED)


def streams(file):
    run = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", file]
    return json.loads(subprocess.run(run, capture_output=True, check=True).stdout)["streams"]


def test_the_types_that_browsers_are_told_are_those_of_the_files(folders):
    for folder in folders:
        profile = encode.header(folder / "video.mp4")[5:8].hex().upper()
        assert encode.TYPES["video.mp4"] == f'video/mp4; codecs="avc1.{profile}"'
        light = (folder / "light.mp4").read_bytes()
        box = light[light.index(b"av1C") + 4 :]
        # Profile 0, the level, the main tier, 8 bits: the letters and digits of the codec's own registration.
        assert (box[1] >> 5, box[2] >> 6) == (0, 0)
        assert encode.TYPES["light.mp4"] == f'video/mp4; codecs="av01.0.{box[1] & 31:02}M.08"'
        for name, codec in (("reading.m4a", "aac"), ("reading.webm", "opus")):
            assert [stream["codec_name"] for stream in streams(folder / name)] == [codec]
        assert streams(folder / "reading.m4a")[0]["profile"] == "LC"


def test_a_second_build_keeps_everything_and_mends_what_is_damaged(drawn, built, folders):
    (folders[1] / "reading.webm").write_bytes(b"")
    report = build.build(drawn, built)
    assert (report.built, report.failed) == ([folders[1].name], {})
    assert checking.faults(folders[1]) == []


DAMAGES = {
    "video.mp4": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "light.mp4": lambda file: file.unlink(),
    "reading.m4a": lambda file: loud(file),
    "reading.webm": lambda file: file.write_bytes(b"not a sound"),
    "reading.vtt": lambda file: file.write_text("WEBVTT\n"),
    "still.jpg": lambda file: subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", "color=gray:s=1280x720", "-frames:v", "1", file],
        check=True,
    ),
    "media.json": lambda file: file.write_text(file.read_text().replace('"video_seconds": ', '"video_seconds": 1')),
}


def loud(file):
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-i", file, "-af", "volume=9dB", "-c:a", "aac", f"{file}.m4a"], check=True
    )
    os.replace(f"{file}.m4a", file)


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_noticed(folders, tmp_path, name):
    folder = tmp_path / "damaged"
    shutil.copytree(folders[1], folder)
    DAMAGES[name](folder / name)
    assert checking.faults(folder) != []


def test_no_name_depends_on_the_answer(questions):
    """What is expected enters neither the name of the media nor the order of the names."""
    for question in questions:
        assert re.fullmatch("[0-9a-f]{20}", build.media_key(question))
        assert build.media_key(with_other_key(question)) == build.media_key(question)
    keys = [build.media_key(question) for question in questions]
    assert len(set(keys)) == len(keys)


def test_no_byte_depends_on_the_answer(drawn, tmp_path, folders):
    """The media of a question whose expected answers change are the same files, of the same size, bit by bit."""
    question = with_other_key(drawn[0])
    build.build([question], tmp_path, profile="fast")
    for name in build.files(question):
        assert (tmp_path / folders[0].name / name).read_bytes() == (folders[0] / name).read_bytes(), name


def test_pruning_takes_only_what_nothing_refers_to(tmp_path):
    for name in ("0" * 20, "1" * 20, ".building-" + "2" * 20, "keep-me"):
        (tmp_path / name).mkdir()
    assert [path.name for path in build.prune(tmp_path, {"0" * 20})] == [".building-" + "2" * 20, "1" * 20]
    assert len(list(tmp_path.iterdir())) == 5  # the lock beside them: a dry run removes nothing
    build.prune(tmp_path, {"0" * 20}, dry=False)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"0" * 20, "keep-me"}
    assert build.prune(tmp_path / "nowhere", set()) == []


def test_nothing_is_pruned_during_a_build(tmp_path):
    import fcntl

    with open(tmp_path / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            build.prune(tmp_path, set(), dry=False)


def test_an_unknown_profile_and_a_missing_scene_are_said(questions, tmp_path):
    with pytest.raises(KeyError):
        build.build(questions[:1], tmp_path, profile="fastest")
    unknown = replace(questions[0], code="circ-sans-scene")
    assert list(build.build([unknown], tmp_path).failed) == ["circ-sans-scene"]
