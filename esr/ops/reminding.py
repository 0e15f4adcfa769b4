"""« Archivez votre session »: from 1 December an e-mail a week to each establishment until its archive is complete."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from certificates.queries import copies, session
from esr.core import mails
from esr.ops.models import Reminder
from establishments.models import Establishment

FIRST_MONTH = 12
EVERY = timedelta(days=7)


def remind(*, now: datetime) -> int:
    """Send what is due; returns how many went. Called daily, or twice, or after a death: nobody gets two in a week."""
    schools = [
        s for s in Establishment.objects.order_by("pk").iterator() if now.astimezone(s.zone).month == FIRST_MONTH
    ]
    return sum(_remind(school, now) for school in schools)


def _remind(establishment: Establishment, now: datetime) -> bool:
    year = establishment.year_at(now)
    held = session(establishment, year, now)
    taken = copies(establishment, year, now)
    if held.is_empty or taken.is_archived:
        return False
    context = {
        "name": establishment.name,
        "year": year,
        "candidates": held.candidates,
        "results": held.results,
        "missing": taken.since if taken.archive else held.results,
        "unissued": taken.unissued,
        "link": mails.address_of(reverse("archive")),
    }
    with transaction.atomic():
        if not _claim(establishment, now):
            return False
        mails.send("archive_reminder", to=establishment.email, **context)
    return True


def _claim(establishment: Establishment, now: datetime) -> bool:
    """Whoever writes the date puts the e-mail into the outbox; both are committed together, or neither is."""
    Reminder.objects.get_or_create(establishment=establishment, defaults={"sent_at": now - EVERY})
    # An hour's grace: the daily task does not start at the same second.
    due = Reminder.objects.filter(establishment=establishment, sent_at__lte=now - EVERY + timedelta(hours=1))
    return bool(due.update(sent_at=now))
