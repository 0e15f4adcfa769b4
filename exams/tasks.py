"""Long work about exams, done by a worker."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from candidates.siecle.gateway import Refused, gateway
from esr.core import jobs, pdf
from esr.core.files import MEDIA
from establishments.models import Establishment
from exams import actions, queries, rules
from exams.bank import build, film
from exams.models import BankImport, Exam

_ANOTHER_BUILD = 2  # seconds between two looks whether it has ended


@jobs.task(actions.BANK_MEDIA)
def bank_media(progress, *, codes: list[str] | None = None, profile: str = "fine") -> None:
    """Build the media that the bank's versions lack (all of them, or those of `codes`), then publish the drafts that
    waited for theirs.

    Raises ValueError with the questions whose media failed, and the drafts that could not be published.
    """
    actions.renew_media()
    questions = queries.questions_with_media(codes)
    footage = queries.bring_media(questions)
    while True:
        try:
            report = build.build(
                questions,
                settings.MEDIA_ROOT / "bank",
                profile=profile,
                progress=lambda done, total, key: progress(done, total),
                footage=footage,
            )
            break
        except BlockingIOError:  # another build is going on, and may not know of these questions
            progress(0, len(questions))
            time.sleep(_ANOTHER_BUILD)
    for name in report.built:
        MEDIA.put_folder(queries.media_name_below(name))
    wrong = actions.publish_awaited(progress)
    if report.failed:
        wrong.insert(0, "Médias non construits : " + ", ".join(sorted(report.failed)))
    if wrong:
        raise ValueError(" ".join(wrong))


@jobs.task(actions.BANK_READ)
def bank_read(progress, *, given: int) -> None:
    """Read a bank that an editor gave; its page shows what it would do, or what is wrong with it."""
    actions.read_bank(given=BankImport.objects.get(pk=given), now=timezone.now(), progress=progress)


@jobs.task(actions.BANK_APPLY)
def bank_apply(progress, *, given: int, anyway: bool) -> None:
    """Import a bank that an editor has confirmed. Raises ValueError when it cannot be."""
    try:
        actions.confirm_bank(given=BankImport.objects.get(pk=given), anyway=anyway, now=timezone.now())
    except actions.BankRefusal as refusal:
        raise ValueError(str(refusal)) from refusal


@jobs.task(queries.FILM, file=True)
def exam_film(progress, *, exam: int, questions: list[int]) -> jobs.Product:
    """« Film de l’épreuve », of the exam as it was when it was asked for. Raises ValueError."""
    filmed = Exam.objects.filter(pk=exam).first()
    if filmed is None or queries.film_arguments(filmed)["questions"] != questions:
        raise ValueError("L’épreuve a été modifiée ou supprimée entre-temps. Demandez le film de nouveau.")
    try:
        film.make(
            queries.filmed(filmed),
            progress.scratch,
            parts=settings.MEDIA_ROOT / "film",
            answer_seconds=int(rules.ANSWER_TIME.total_seconds()),
            described=queries.is_described(filmed),
            progress=progress,
        )
    except film.MissingMedia as missing:
        raise ValueError(
            "Les vidéos de cette épreuve ne sont pas encore toutes prêtes sur la plateforme. Réessayez plus tard."
        ) from missing
    return jobs.Product(filename=f"film-epreuve-{filmed.number}.mp4", content=progress.scratch)


# A document for more candidates than a class has is made by a job. A name over two lines makes a page of its own, of up
# to a tenth of a second, so that a long one counts as several.
PRINTED_AT_ONCE = 40
_LONG_NAME, _LONG_COUNTS_AS = 30, 4


def is_printed_at_once(names: Iterable[str]) -> bool:
    """Whether a document about the people of these names is made while its reader waits."""
    return sum(_LONG_COUNTS_AS if len(name) > _LONG_NAME else 1 for name in names) <= PRINTED_AT_ONCE


@dataclass(frozen=True)
class Paper:
    """A document about all candidates of an exam: made at once for a class, by a job for more (see `views.papers`).

    `make` gives its bytes; `filename` goes before the exam's number. Raises ValueError when there is nothing to print,
    with the reason in French.
    """

    kind: str
    title: str
    filename: str
    make: Callable[[Exam, date, pdf.Progress], bytes]

    def filename_of(self, exam: Exam) -> str:
        return f"{self.filename}-{exam.number}.pdf"


def paper(kind: str, *, title: str, filename: str, for_supervisors: bool = False) -> Callable[[Callable], Paper]:
    """Register make(exam, on, progress), `on` being the local day on which the document is asked for."""

    def register(make: Callable[[Exam, date, pdf.Progress], bytes]) -> Paper:
        made = Paper(kind, title, filename, make)

        @jobs.task(kind, file=True, for_supervisors=for_supervisors)
        def of_exam(progress, *, exam: int) -> jobs.Product:
            found = Exam.objects.select_related("establishment").filter(pk=exam).first()
            if found is None:
                raise ValueError("Cette épreuve a été supprimée : il n’y a plus rien à préparer.")
            on = progress.job.created_at.astimezone(found.establishment.zone).date()
            return jobs.Product(filename=made.filename_of(found), content=make(found, on, progress))

        return made

    return register


SIECLE_IMPORT = "siecle_import"
SIECLE_EXPORT = "siecle_export"


@jobs.task(SIECLE_IMPORT, page="siecle_wait")
def siecle_import(progress, *, establishment: int) -> None:
    """Ask SIECLE BEE for an establishment's pupils; the draft waits for its preview. Raises ValueError."""
    try:
        actions.draft_from_siecle(
            establishment=Establishment.objects.get(pk=establishment),
            gateway=gateway(),
            now=timezone.now(),
            progress=progress,
        )
    except Refused as refused:
        raise ValueError(str(refused)) from refused


@jobs.task(SIECLE_EXPORT, page="siecle_wait")
def siecle_export(progress, *, establishment: int, year: int) -> None:
    """Send the results of a year to SIECLE BEE; the export's page says what became of them. Raises ValueError."""
    school = Establishment.objects.get(pk=establishment)
    try:
        actions.export_results(establishment=school, year=year, now=timezone.now(), gateway=gateway())
    except actions.NothingToExport:
        return  # started again after a death: the first try had gone through
    except Refused as refused:
        raise ValueError(str(refused)) from refused


@shared_task
def count_answers() -> None:
    """Every hour: what finished sittings say of their questions (see actions.figures)."""
    actions.count_answers(now=timezone.now())
