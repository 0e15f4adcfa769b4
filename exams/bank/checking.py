"""Whether the media of a folder are what they must be: they decode, last, sound and look as they should."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np

from . import build, encode, speech, tutorial
from .scenes import registry, stage
from .source import FOOTAGE_SECONDS, Question

READING_SECONDS = 4, 40
"""A question is heard whole within the 45 s to answer it."""

_LOUDNESS = 1.5  # LUFS around the target
_PEAK = -0.9  # dBTP, with what an encoder adds
_SHADES = 8  # standard deviation of a picture under which it is taken for blank


def faults(folder: Path) -> list[str]:
    """What is wrong with a media folder, a sentence each; nothing when all is well."""
    try:
        facts = build.facts(folder)
        known = facts["video_seconds"], facts["reading_seconds"], facts["cues"]
    except (OSError, ValueError, KeyError) as error:
        return [f"media.json cannot be read ({type(error).__name__}: {error})"]
    found = _videos(folder, known[0])
    found += _sounds(folder, ("reading.m4a", "reading.webm"), known[1], READING_SECONDS)
    if "description_seconds" in facts:
        found += _sounds(folder, ("description.m4a",), facts["description_seconds"], (2, 90))
    return found + _captions(folder, known[2], known[1]) + _still(folder)


def voice_faults(folder: Path) -> list[str]:
    """The same of the folder of a page of the tutorial, which is only heard."""
    try:
        seconds = build.facts(folder)["reading_seconds"]
    except (OSError, ValueError, KeyError) as error:
        return [f"media.json cannot be read ({type(error).__name__}: {error})"]
    return _sounds(folder, (tutorial.VOICE,), seconds, (2, 60))


def _decoded(file: Path, *arguments: str) -> tuple[float, str]:
    """Decode a file whole; its seconds and ffmpeg's report. Raises EncodeError."""
    command = ["ffmpeg", "-hide_banner", "-xerror", "-i", str(file), *arguments, "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise encode.EncodeError(f"{file.name} does not decode: {done.stderr.strip()[-200:]}")
    hours, minutes, seconds = re.findall(r"time=(\d+):(\d+):([\d.]+)", done.stderr)[-1]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds), done.stderr


def _videos(folder: Path, expected: float) -> list[str]:
    found = []
    for name in ("video.mp4", "light.mp4"):
        try:
            seconds, report = _decoded(folder / name)
        except encode.EncodeError as error:
            found.append(str(error))
            continue
        size = f"{stage.WIDTH}x{stage.HEIGHT}"
        if size not in report:
            found.append(f"{name} is not {size}")
        found += _lasts(name, seconds, expected, FOOTAGE_SECONDS)
    return found


def _lasts(name: str, seconds: float, expected: float, bounds: tuple[float, float]) -> list[str]:
    least, most = bounds
    if not least - 0.1 <= seconds <= most + 0.1:
        return [f"{name} lasts {seconds:.1f} s; it must last {least} to {most}"]
    return [f"{name} lasts {seconds:.2f} s, media.json says {expected}"] if abs(seconds - expected) > 0.15 else []


def _sounds(folder: Path, names: tuple[str, ...], expected: float, bounds: tuple[float, float]) -> list[str]:
    found = []
    for file in (folder / name for name in names):
        try:
            seconds, report = _decoded(file, "-af", "ebur128=peak=true:framelog=verbose")
        except encode.EncodeError as error:
            found.append(str(error))
            continue
        found += _lasts(file.name, seconds, expected, bounds)
        loudness = float(re.findall(r"I:\s+(-?[\d.]+|-?inf) LUFS", report)[-1])
        peak = float(re.findall(r"Peak:\s+(-?[\d.]+|-?inf) dBFS", report)[-1])
        if abs(loudness - encode.LOUDNESS) > _LOUDNESS:
            found.append(f"{file.name} is at {loudness} LUFS; it must be at {encode.LOUDNESS} ± {_LOUDNESS}")
        if peak > _PEAK:
            found.append(f"{file.name} peaks at {peak} dBTP; {_PEAK} is the most")
    return found


def _captions(folder: Path, cues: list[dict], seconds: float) -> list[str]:
    try:
        captions = (folder / "reading.vtt").read_text(encoding="utf-8")
    except OSError as error:
        return [f"reading.vtt cannot be read ({error})"]
    found = []
    if not captions.startswith("WEBVTT") or captions.count(" --> ") != len(cues):
        found.append("reading.vtt has not one caption for each cue of media.json")
    times = [moment for cue in cues for moment in (cue["start"], cue["end"])]
    if any(later < earlier for earlier, later in pairwise([0, *times, seconds + 0.05])):
        found.append("the cues of media.json overlap, or pass the end of the reading")
    return found


def _still(folder: Path) -> list[str]:
    command = [
        "ffmpeg",
        "-loglevel",
        "error",
        "-i",
        str(folder / "still.jpg"),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        return [f"still.jpg does not decode: {done.stderr.decode(errors='replace').strip()[-200:]}"]
    pixels = np.frombuffer(done.stdout, np.uint8)
    if len(pixels) != stage.WIDTH * stage.HEIGHT:
        return [f"still.jpg is not {stage.WIDTH}x{stage.HEIGHT}"]
    return ["still.jpg is blank"] if pixels.std() < _SHADES else []


def scene_faults(question: Question) -> list[str]:
    """What is wrong with the drawing of a question, seen at five moments."""
    draw = registry.find(question.code).drawing(question.scene.duration)
    moments = stage.times(question.scene.duration)
    # Every fourth pixel is enough to tell a blank picture, and one that never moves.
    seen = [
        np.frombuffer(frame, np.uint8).reshape(stage.HEIGHT, stage.WIDTH, 4)[::4, ::4, :3].copy()
        for frame in stage.shoot(draw, [moments[len(moments) * part // 4] for part in range(4)] + [moments[-1]])
    ]
    found = []
    if min(picture.std() for picture in seen[1:]) < _SHADES:  # a scene may begin with an empty one
        found.append(f"{question.code}: a picture is blank")
    if all((picture == seen[0]).all() for picture in seen):
        found.append(f"{question.code}: nothing moves")
    return found


def reading_faults(question: Question) -> list[str]:
    """What is wrong with the voice of a question: too long to be heard in time, or a part that is not said."""
    reading = speech.read(speech.parts(question))
    least, most = READING_SECONDS
    found = []
    if not least <= reading.seconds <= most:
        found.append(f"{question.code}: the reading lasts {reading.seconds:.0f} s; it must last {least} to {most}")
    found += (f"{question.code}: part {cue.part} is hardly said" for cue in reading.cues if cue.end - cue.start < 0.3)
    return found
