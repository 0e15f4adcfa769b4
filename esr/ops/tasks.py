import logging

from celery import shared_task
from django.utils import timezone

from esr.ops import purging, reminding

logger = logging.getLogger(__name__)


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
