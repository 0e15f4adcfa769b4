"""Long work that needs neighbours who do not know each other, and what beat does each hour and each day."""

import logging

from celery import shared_task
from django.utils import timezone

from certificates.actions import note_archive
from certificates.queries import ARCHIVE
from esr.core import jobs
from esr.ops import archive, purging, reminding
from establishments.models import Establishment

logger = logging.getLogger(__name__)


@jobs.task(ARCHIVE, file=True, fetched=note_archive)
def archive_session(progress, *, establishment: int, year: int) -> jobs.Product:
    """« Archiver la session », as of the instant it was asked for. Raises ValueError when there is nothing in it."""
    school = Establishment.objects.get(pk=establishment)
    archive.write(school, year, progress.scratch, now=progress.job.created_at, progress=progress)
    return jobs.Product(filename=archive.filename(school, year), content=progress.scratch)


@shared_task
def purge() -> None:
    """Every hour: read the clock, and delete what is left of sessions that are over in every time zone."""
    now = timezone.now()
    purging.read_clock(now)
    year = purging.last_year_over(now)
    if purging.is_done(year):
        return
    try:
        report = purging.run(year=year, now=now)
    except purging.Refused as refused:
        logger.error("The purge of %s is due and refused: %s", year, refused)
        return
    logger.info("Purge of %s: %s", year, purging.told(report))


@shared_task
def remind_to_archive() -> None:
    reminding.remind(now=timezone.now())
