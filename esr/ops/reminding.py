"""« Archivez votre session »: from 1 December one e-mail a week to each establishment that still holds data."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from candidates.models import Candidate
from esr.core import mails
from esr.ops.models import Reminder
from establishments.models import Establishment
from exams.enums import SittingState
from exams.models import Sitting

FIRST_MONTH = 12
EVERY = timedelta(days=7)


def remind(*, now: datetime) -> int:
    """Send what is due; returns how many went. Called daily, or twice, or after a death: nobody gets two in a week."""
    schools = [
        s for s in Establishment.objects.order_by("pk").iterator() if now.astimezone(s.zone).month == FIRST_MONTH
    ]
    return sum(_remind(school, now) for school in schools)


def _remind(establishment: Establishment, now: datetime) -> bool:
    counts = _counts(establishment, establishment.year_at(now))
    if not counts["candidates"] or not _claim(establishment, now):
        return False
    year = establishment.year_at(now)
    context = {"name": establishment.name, "year": year, "link": mails.address_of(reverse("candidate_list")), **counts}
    try:
        mails.send("archive_reminder", to=establishment.email, **context)
    except OSError:
        # Not sent: tomorrow it is due again.
        Reminder.objects.filter(establishment=establishment).update(sent_at=now - EVERY)
        return False
    return True


@transaction.atomic
def _claim(establishment: Establishment, now: datetime) -> bool:
    """Whoever writes the date sends the e-mail; a death in between costs one e-mail, and never sends two."""
    Reminder.objects.get_or_create(establishment=establishment, defaults={"sent_at": now - EVERY})
    # An hour's grace: the daily task does not start at the same second.
    due = Reminder.objects.filter(establishment=establishment, sent_at__lte=now - EVERY + timedelta(hours=1))
    return bool(due.update(sent_at=now))


def _counts(establishment: Establishment, year: int) -> dict[str, int]:
    closed = Q(state=SittingState.CLOSED)
    results = (
        Sitting.objects.ever_of(establishment).filter(exam__year=year).aggregate(n=Count("pk", filter=closed))["n"]
    )
    return {"candidates": Candidate.objects.ever_of(establishment).of_year(year).count(), "results": results}
