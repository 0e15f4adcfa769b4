"""« Film de l’épreuve »: parts encoded once, joined without encoding again.

For each question: a card with its number, its video, then the question on the screen, read aloud, with its countdown.
The cards depend on the number alone, the other parts on the question alone. The film tells no answer.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from . import build, encode, screens, speech

VERSION = 1
"""To be raised when a change of this module must remake every part."""

CARD_SECONDS, OPENING_SECONDS, ENDING_SECONDS = 3, 14, 6

UNUSED = 60 * 24 * 3600
"""Seconds after which a part that entered no film can go."""

_MAKING = ".making-"

Progress = Callable[[int, int], None]
"""Told (done, total) after each part."""


class MissingMedia(LookupError):
    """The media of some questions are not built yet; the message names their folders."""


@dataclass(frozen=True)
class Asked:
    """A question as the film asks it: its ``media`` folder, the texts, and whether several answers are expected."""

    media: Path
    statement: str
    propositions: tuple[str, ...]
    several: bool


@dataclass(frozen=True)
class _Part:
    """A piece of the film: the opaque name of its file, how long it lasts, and how to make the file."""

    name: str
    seconds: float
    make: Callable[[Path], None]


def make(
    questions: Sequence[Asked],
    out: Path,
    *,
    parts: Path,
    answer_seconds: int,
    described: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> float:
    """Write the film of ``questions`` to ``out``, and return its seconds.

    What is not yet in the folder ``parts`` is made there; several films may be made at once. ``described`` lets the
    audio description be heard over each video. Raises MissingMedia and encode.EncodeError; ``out`` appears at once and
    whole.
    """
    if lacking := [question.media.name for question in questions if not _ready(question, described)]:
        raise MissingMedia(", ".join(lacking))
    parts.mkdir(parents=True, exist_ok=True)
    opening, ending = _opening(answer_seconds), _ending()
    pieces = [opening]
    chapters = [(0.0, "Présentation")]
    for number, question in enumerate(questions, start=1):
        chapters.append((sum(piece.seconds for piece in pieces), f"Question {number}"))
        pieces += _number(number), _scene(question, described, opening, parts), _question(question, answer_seconds)
    chapters.append((sum(piece.seconds for piece in pieces), "Fin"))
    pieces.append(ending)
    _ensure(opening, parts)  # first: the others are compared with it
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for done, _ in enumerate(pool.map(partial(_ensure, parts=parts), pieces), start=1):
            if progress:
                progress(done, len(pieces))
    unfinished = out.with_name(out.name + ".part")
    encode.joined([(parts / piece.name, piece.seconds) for piece in pieces], chapters, unfinished)
    unfinished.replace(out)
    return sum(piece.seconds for piece in pieces)


def _ready(question: Asked, described: bool) -> bool:
    names = ["video.mp4", "still.jpg", "reading.m4a", "media.json", *(["description.m4a"] if described else [])]
    return all((question.media / name).is_file() for name in names)


def prune(parts: Path, *, now: float | None = None, dry: bool = True) -> list[Path]:
    """The parts that entered no film for UNUSED seconds, and what interrupted films left; removed unless ``dry``."""
    limit = (now or time.time()) - UNUSED
    old = [file for file in sorted(parts.glob("*.mp4")) if file.stat().st_mtime < limit]
    if not dry:
        for file in old:
            file.unlink(missing_ok=True)
    return old


# --- Making the parts -------------------------------------------------------------------------------------------------


def _ensure(part: _Part, parts: Path) -> None:
    """Make the part unless it is there. Its name appears at once and whole; two films wait for each other's parts."""
    file = parts / part.name
    # As many locks as there are first digits, and none to tidy away.
    with open(parts / f".lock-{part.name[0]}", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            os.utime(file)
            return
        unfinished = parts / (_MAKING + part.name)
        part.make(unfinished)
        unfinished.replace(file)


def _name(*facts: object) -> str:
    return sha256("\n".join(map(str, (VERSION, *facts))).encode()).hexdigest()[:32] + ".mp4"


_speaking = Lock()  # the voice's engine is one for all threads


def _card(title: str, lines: Iterable[str], spoken: str, seconds: int) -> _Part:
    lines = tuple(lines)

    def film(file: Path) -> None:
        with TemporaryDirectory() as folder:
            voice = Path(folder) / "voice.m4a"
            with _speaking:
                reading = speech.read([("card", spoken)])
            encode.sounds(reading, voice)
            encode.segment(screens.card(title, lines, seconds=seconds), voice, file, seconds=seconds)

    return _Part(_name("card", title, lines, spoken, seconds), seconds, film)


def _opening(answer_seconds: int) -> _Part:
    lines = (
        "Pour chaque question, une vidéo est montrée une seule fois.",
        f"La question est ensuite affichée et lue : vous avez {answer_seconds} secondes pour cocher votre grille.",
    )
    return _card("Film de l’épreuve", lines, " ".join(("Film de l’épreuve.", *lines)), OPENING_SECONDS)


def _ending() -> _Part:
    line = "L’épreuve est terminée. Posez votre stylo."
    return _card("Fin de l’épreuve", [line], line, ENDING_SECONDS)


def _number(number: int) -> _Part:
    return _card(f"Question {number}", (), f"Question {number}.", CARD_SECONDS)


def _scene(question: Asked, described: bool, like: _Part, parts: Path) -> _Part:
    video = question.media / "video.mp4"
    voice = question.media / "description.m4a" if described else None
    length = seconds = encode.seconds_of(video)
    if voice:
        seconds = max(seconds, ceil(encode.seconds_of(voice)) + 1)
    # Whole pictures, so that those of the next part follow without a gap.
    seconds = ceil(round(seconds * encode.FPS, 3)) / encode.FPS

    def film(file: Path) -> None:
        again = seconds - length > 0.1 or encode.header(video) != encode.header(parts / like.name)
        encode.dubbed(video, voice, file, seconds=seconds, again=again)

    return _Part(_name("scene", question.media.name, described, video.stat().st_size), seconds, film)


def _question(question: Asked, answer_seconds: int) -> _Part:
    facts = build.facts(question.media)
    # A reading longer than the time to answer is heard to its end: the countdown waits at its first second.
    wait = max(0, ceil(facts["reading_seconds"]) + 5 - answer_seconds)
    seconds = wait + answer_seconds
    moments = [
        screens.Moment(min(answer_seconds, seconds - at), answer_seconds, _part_at(facts["cues"], at))
        for at in range(seconds)
    ]

    def film(file: Path) -> None:
        frames = screens.question(
            question.statement,
            question.propositions,
            several=question.several,
            still=question.media / "still.jpg",
            moments=moments,
        )
        encode.segment(frames, question.media / "reading.m4a", file, seconds=seconds)

    texts = (question.statement, *question.propositions)
    return _Part(_name("question", question.media.name, question.several, seconds, *texts), seconds, film)


def _part_at(cues: list[dict], second: int) -> str:
    """What is being read in the middle of a second."""
    at = second + 0.5
    return next((cue["part"] for cue in cues if cue["start"] <= at < cue["end"]), "")
