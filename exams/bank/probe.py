"""Media looked at by ffprobe and ffmpeg: is there a picture, a sound, how long, does all of it decode."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import build
from .source import FOOTAGE_SECONDS, Question

FOOTAGE_MOST = 200 * 1024 * 1024
"""Bytes of a film that an editor may give."""

_FEWEST_LINES = 360
_PATIENCE = 120
"""Seconds that one file may take."""

_SUFFIXES = {".mp4": "mov", ".m4a": "mov", ".webm": "matroska"}
_VIDEOS = {"video", "light"}
"""The videos among a question's media; the other files that play are voices."""
_SLACK = 0.6
"""Seconds by which a duration may differ from what was announced: it is announced in whole seconds."""


class Unplayable(Exception):
    """The file cannot be played; the message says why, in French."""


@dataclass(frozen=True)
class Facts:
    """What a media file holds."""

    seconds: float
    has_video: bool
    has_audio: bool
    height: int


def container(file: Path) -> str:
    """The name of the file's container by its first bytes, "" for none that is taken.

    ffmpeg is always told it: guessing, it would follow the addresses that a playlist names.
    """
    with file.open("rb") as stream:
        start = stream.read(12)
    if start[4:8] == b"ftyp":
        return "mov"
    return "matroska" if start[:4] == b"\x1a\x45\xdf\xa3" else ""


def _run(program: str, arguments: list[str]) -> str:
    command = [program, "-v", "error", "-protocol_whitelist", "file", *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unplayable("sa lecture prend trop de temps") from error
    if done.returncode or done.stderr.strip():
        raise Unplayable("il est abîmé ou incomplet")
    return done.stdout.decode(errors="replace")


def look(file: Path) -> Facts:
    """What a file holds, by its header. Raises Unplayable."""
    kind = container(file)
    if not kind:
        raise Unplayable("ce n’est ni un MP4 (ou MOV), ni un WebM (ou MKV)")
    found = json.loads(_run("ffprobe", ["-f", kind, "-of", "json", "-show_format", "-show_streams", str(file)]))
    streams = {stream.get("codec_type"): stream for stream in reversed(found.get("streams", []))}
    try:
        seconds = float(found["format"]["duration"])
    except (KeyError, ValueError) as error:
        raise Unplayable("sa durée est inconnue") from error
    height = int(streams.get("video", {}).get("height", 0))
    return Facts(seconds, has_video="video" in streams, has_audio="audio" in streams, height=height)


def decode(file: Path) -> None:
    """Decode all of a file. Raises Unplayable."""
    _run("ffmpeg", ["-xerror", "-f", container(file) or "mov", "-i", str(file), "-f", "null", "-"])


def footage_seconds(file: Path) -> int:
    """The length in whole seconds of a film that can be a question's scene. Raises Unplayable with what to do."""
    if file.stat().st_size > FOOTAGE_MOST:
        raise Unplayable(f"il dépasse {FOOTAGE_MOST // 1024 // 1024} Mo ; réduisez sa taille ou sa durée")
    facts = look(file)
    least, most = FOOTAGE_SECONDS
    if not facts.has_video:
        raise Unplayable("il n’a pas d’image ; donnez une vidéo")
    if facts.height < _FEWEST_LINES:
        raise Unplayable(f"son image n’a que {facts.height} lignes ; il en faut au moins {_FEWEST_LINES}")
    if not least <= round(facts.seconds) <= most:
        raise Unplayable(f"il dure {facts.seconds:.1f} s ; il faut {least} à {most} s".replace(".", ",", 1))
    decode(file)
    return round(facts.seconds)


def media_faults(question: Question, folder: Path) -> list[str]:
    """What is missing from a question's media folder, or cannot be played."""
    wrong = []
    for name in build.files(question):
        file = folder / name
        if not file.is_file() or not file.stat().st_size:
            wrong.append(f"{name} manque")
        elif file.suffix in _SUFFIXES:
            try:
                _check(question, file)
            except Unplayable as error:
                wrong.append(f"{name} ne peut pas être lu : {error}")
    return wrong


def _check(question: Question, file: Path) -> None:
    if container(file) != _SUFFIXES[file.suffix]:
        raise Unplayable("ce n’est pas le format annoncé")
    facts = look(file)
    if file.stem in _VIDEOS:
        if not facts.has_video:
            raise Unplayable("il n’a pas d’image")
        if abs(facts.seconds - question.scene.duration) > _SLACK:
            raise Unplayable(f"il dure {facts.seconds:.1f} s au lieu de {question.scene.duration} s")
    elif not facts.has_audio:
        raise Unplayable("il n’a pas de son")
    decode(file)
