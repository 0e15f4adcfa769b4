"""The media of the bank, one folder per question, under a name that tells nothing of it."""

import fcntl
import json
import multiprocessing
import os
import re
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import monotonic

from . import encode, speech
from .encode import PROFILES
from .scenes import registry, stage
from .source import Question

VERSION = 2
"""To be raised when a change of this package must remake every medium."""

STILL_AT = 0.7
"""The part of the video after which its still picture is taken."""

LEFTOVER = ".building-"
_MEDIA = re.compile(r"[0-9a-f]{16,64}")

Progress = Callable[[int, int, str], None]
"""Told (done, total, key) after each question."""


@dataclass
class Report:
    """What a build did: keys ``built`` and ``kept``, ``failed`` messages by question code, and its ``seconds``."""

    built: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0


def media_key(question: Question) -> str:
    """The opaque name of a question's media: 20 hexadecimal digits.

    It changes with whatever is heard or seen, and with nothing else: which propositions are expected does not enter it,
    nor the explanation. Raises MissingScene.
    """
    digest = sha256(f"{VERSION}\n{question.scene.duration}\n{question.code}".encode())
    for part, text in [*speech.parts(question), *_described(question)]:
        digest.update(f"\n{part}\t{text}".encode())
    if question.scene.footage:
        digest.update(f"\nfootage\t{question.scene.footage}".encode())
        return digest.hexdigest()[:20]
    for source in registry.find(question.code).sources:
        digest.update(_digest(source, source.stat().st_mtime_ns))
    return digest.hexdigest()[:20]


_digests: dict[tuple[Path, int], bytes] = {}


def _digest(source: Path, changed: int) -> bytes:
    """The digest of a source file, computed once for each time it ``changed``."""
    if (source, changed) not in _digests:
        _digests[source, changed] = sha256(source.read_bytes()).digest()
    return _digests[source, changed]


def _described(question: Question) -> list[tuple[str, str]]:
    """The audio description of the scene, for the questions asked to candidates who do not see it."""
    return [("description", question.scene.description)] if "AER" in question.attestations else []


def is_media_key(name: str) -> bool:
    """Whether a folder of this name could be one of media."""
    return bool(_MEDIA.fullmatch(name))


def files(question: Question) -> tuple[str, ...]:
    """The names of the files in the media folder of a question."""
    names = ("video.mp4", "light.mp4", "still.jpg", "reading.m4a", "reading.webm", "reading.vtt", "media.json")
    return (*names, "description.m4a") if _described(question) else names


def complete(question: Question, folder: Path) -> bool:
    """Whether a media folder holds every file of the question."""
    return all((folder / name).is_file() and (folder / name).stat().st_size for name in files(question))


def build(
    questions: Iterable[Question],
    root: Path,
    *,
    profile: str = "fine",
    workers: int | None = None,
    progress: Progress | None = None,
    footage: Path | None = None,
) -> Report:
    """Make under ``root`` the media folders that are missing or damaged, and say what was done.

    ``footage`` is the folder of the films that filmed scenes name.

    A folder appears at once and whole. A build that was killed is simply started again. A question that fails does not
    stop the others: it is in the report's ``failed``. Raises KeyError for an unknown profile, and BlockingIOError while
    another build works in the same root.
    """
    PROFILES[profile]
    started, report = monotonic(), Report()
    root.mkdir(parents=True, exist_ok=True)
    with open(root / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for leftover in root.glob(LEFTOVER + "*"):
            shutil.rmtree(leftover)
        questions = list(questions)
        missing = _sort(questions, root, report)
        done = len(questions) - len(missing)
        # Spawned, not forked: the caller may hold threads and database connections that a child must not inherit.
        context = multiprocessing.get_context("spawn")
        workers = min(workers or os.cpu_count() or 1, len(missing) or 1)
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_die_with_parent) as pool:
            futures = {
                pool.submit(make, question, key, root, profile, footage): (question, key) for key, question in missing
            }
            for count, future in enumerate(as_completed(futures), done + 1):
                question, key = futures[future]
                if error := future.exception():
                    report.failed[question.code] = f"{question.code}: {type(error).__name__}: {error}"
                else:
                    report.built.append(key)
                if progress:
                    progress(count, len(questions), key)
    report.seconds = monotonic() - started
    return report


def prune(root: Path, keep: Collection[str], *, dry: bool = True) -> list[Path]:
    """The media folders under ``root`` whose names are not in ``keep``, and what killed builds left; removed unless
    ``dry``. Nothing else in ``root`` is touched. Raises BlockingIOError while a build works there."""
    if not root.is_dir():
        return []
    with open(root / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        old = sorted(
            folder
            for folder in root.iterdir()
            if folder.is_dir()
            and (folder.name.startswith(LEFTOVER) or (is_media_key(folder.name) and folder.name not in keep))
        )
        if not dry:
            for folder in old:
                shutil.rmtree(folder)
    return old


def _sort(questions: list[Question], root: Path, report: Report) -> list[tuple[str, Question]]:
    """The (key, question) pairs still to be made; the others enter the report."""
    missing = []
    for question in questions:
        try:
            key = media_key(question)
        except registry.MissingScene as error:
            report.failed[question.code] = str(error)
            continue
        if complete(question, root / key):
            report.kept.append(key)
        else:
            missing.append((key, question))
    return missing


def _die_with_parent() -> None:
    """Stop this worker when the build that started it is killed: it would otherwise wait for work for ever."""

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def make(question: Question, key: str, root: Path, profile: str, footage: Path | None = None) -> None:
    """Make one media folder, in a temporary one that is renamed when all is there."""
    folder = root / (LEFTOVER + key)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        _film(question, folder, profile, footage)
        _record(question, folder)
        shutil.rmtree(root / key, ignore_errors=True)
        folder.rename(root / key)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _shooting(question: Question, footage: Path | None) -> Callable[[list[float]], Iterator]:
    """A function from moments (seconds) to the frames of the question's scene, drawn or filmed."""
    if question.scene.footage:
        return partial(encode.filmed, footage / question.scene.footage)
    return partial(stage.shoot, registry.find(question.code).drawing(question.scene.duration))


def _film(question: Question, folder: Path, profile: str, footage: Path | None) -> None:
    shoot = _shooting(question, footage)
    moments = stage.times(question.scene.duration)
    encode.videos(shoot(moments), folder / "video.mp4", folder / "light.mp4", PROFILES[profile])
    middle = round(len(moments) * STILL_AT)
    for frame in islice(shoot(moments[middle:]), 1):
        encode.still(frame, folder / "still.jpg")


def _record(question: Question, folder: Path) -> None:
    reading = speech.read(speech.parts(question))
    encode.sounds(reading, folder / "reading.m4a", folder / "reading.webm")
    encode.captions(reading.cues, folder / "reading.vtt")
    known = {"video_seconds": question.scene.duration, "reading_seconds": round(reading.seconds, 2)}
    if described := _described(question):
        description = speech.read(described)
        encode.sounds(description, folder / "description.m4a")
        known["description_seconds"] = round(description.seconds, 2)
    known["cues"] = [{"start": cue.start, "end": cue.end, "part": cue.part} for cue in reading.cues]
    encode.facts(known, folder / "media.json")


def facts(folder: Path) -> dict:
    """What ``media.json`` of a media folder says: seconds of each medium, and the cues of the reading."""
    return json.loads((folder / "media.json").read_text(encoding="utf-8"))
