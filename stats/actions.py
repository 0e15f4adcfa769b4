"""What is written here: the summary that the pages of academies and of the nation read."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from establishments.models import Establishment
from stats import queries
from stats.models import WeekFigures

logger = logging.getLogger(__name__)


def count_figures(*, now: datetime) -> int:
    """Count every establishment whose figures are of a day before; returns how many.

    One establishment is one transaction: killed anywhere, the next run goes on with those that are left. One that
    fails waits for the next run, and holds nobody back.
    """
    done = 0
    for establishment in queries.establishments_to_count(now):
        try:
            count_establishment(establishment=establishment, now=now)
        except DatabaseError:
            logger.exception("The figures of establishment %s could not be counted", establishment.pk)
        else:
            done += 1
    return done


@transaction.atomic
def count_establishment(*, establishment: Establishment, now: datetime) -> None:
    """Put the figures of the establishment's sessions, the present one and those to come, in the place of the old."""
    year = establishment.year_at(now)
    counts = queries.people_by_week(establishment, year)
    rows = [
        WeekFigures(
            establishment=establishment,
            year=session,
            attestation=attestation,
            week=week,
            registered=count.registered,
            present=count.present,
            admitted=count.admitted,
            counted_at=now,
        )
        # In one order, so that two runs at the same time wait for each other and never both.
        for (session, attestation, week), count in sorted(counts.items())
    ]
    kept = WeekFigures.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["establishment", "year", "attestation", "week"],
        update_fields=["registered", "present", "admitted", "counted_at"],
    )
    old = WeekFigures.objects.ever_of(establishment).filter(year__gte=year)
    old.exclude(pk__in=[row.pk for row in kept]).delete()
