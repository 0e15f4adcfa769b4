"""What a room's line has to carry for an exam, from the files that its devices will ask for."""

from dataclasses import dataclass
from pathlib import Path

from exams.enums import ExamKind
from exams.models import Exam, Question
from exams.queries.bank import media_folder
from exams.queries.questions import media_url

# What a device fetches of each question (static/js/player/preload.js): its browser plays both of LIGHT, or else not.
LIGHT = ("media.json", "reading.webm", "light.mp4")
UNIVERSAL = ("media.json", "reading.m4a", "video.mp4")
DESCRIPTION = "description.m4a"

# Bytes of the pages, the design system and the player on a device that was never here, compressed.
FIRST_VISIT = 300_000

# How many public questions the line is measured with, when no cache on the way may help.
SAMPLES = 12


@dataclass(frozen=True)
class Load:
    """What each device fetches of a question on average, in bytes. `lacking` questions have no media yet."""

    light: int
    universal: int
    lacking: int


def exam_load(exam: Exam) -> Load:
    """The weight of an exam's questions, from the disk."""
    questions = list(Question.objects.filter(exam_questions__exam=exam))
    folders = [media_folder(question.media) for question in questions if question.media]
    spoken = (DESCRIPTION,) if exam.attestation == "AER" else ()
    weights = [(_weight(folder, (*LIGHT, *spoken)), _weight(folder, (*UNIVERSAL, *spoken))) for folder in folders]
    built = [pair for pair in weights if all(pair)]
    if not built:
        return Load(0, 0, len(questions))
    light, universal = (sum(column) // len(built) for column in zip(*built, strict=True))
    return Load(light, universal, len(questions) - len(built))


def samples() -> list[dict[str, str]]:
    """Media of questions that anybody may practise on, to measure a line with: {"video": …, "voice": …} each."""
    found = []
    for question in Question.objects.for_kind(ExamKind.TRAINING).exclude(media="").order_by("pk")[: 4 * SAMPLES]:
        if _weight(media_folder(question.media), UNIVERSAL) and len(found) < SAMPLES:
            found.append({"video": media_url(question, "video.mp4"), "voice": media_url(question, "reading.m4a")})
    return found


def _weight(folder: Path, names: tuple[str, ...]) -> int:
    """Bytes of these files together; 0 when one is missing."""
    files = [folder / name for name in names]
    return sum(file.stat().st_size for file in files) if all(file.is_file() for file in files) else 0
