"""Long work about exams, done by a worker."""

from django.conf import settings

from esr.core import jobs
from exams.bank import build, source


@jobs.task("bank_media")
def bank_media(progress, *, codes: list[str] | None = None, profile: str = "fine") -> None:
    """Build the media that the bank's questions lack (all of them, or those of `codes`).

    Raises ValueError with the questions whose media failed.
    """
    questions = [question for question in source.load() if codes is None or question.code in codes]
    report = build.build(
        questions,
        settings.MEDIA_ROOT / "bank",
        profile=profile,
        progress=lambda done, total, key: progress(done, total),
    )
    if report.failed:
        raise ValueError("Médias non construits : " + ", ".join(sorted(report.failed)))
