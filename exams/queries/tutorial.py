"""The pages of the tutorial, as this candidate reads them."""

from dataclasses import dataclass

from django.conf import settings

from establishments.enums import Attestation
from exams import rules
from exams.bank import tutorial
from exams.models import Sitting


@dataclass(frozen=True)
class TutorialPage:
    """`voice` is the address of what is heard; the page stands without it."""

    title: str
    paragraphs: tuple[str, ...]
    picture: str
    voice: str


def tutorial_pages(sitting: Sitting) -> list[TutorialPage]:
    """The pages for this candidate, `exam` and `candidate` being loaded."""
    answer_ms = sitting.answer_ms or rules.answer_time(extra_time=sitting.candidate.extra_time).total_seconds() * 1000
    pages = tutorial.pages(
        rules.MODES[sitting.exam.mode],
        described=sitting.exam.attestation == Attestation.AER,
        seconds=round(answer_ms / 1000),
        total=len(sitting.order),
    )
    return [
        TutorialPage(
            page.title,
            page.paragraphs,
            f"img/tutorial/{page.name}.svg",
            f"{settings.MEDIA_URL}bank/{page.media}/{tutorial.VOICE}",
        )
        for page in pages
    ]
