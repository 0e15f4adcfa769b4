"""What pages of lower floors show of the archive: links climb freely, and so do these."""

from datetime import datetime

from django import template
from django.utils import timezone

from certificates import queries, rules
from establishments.models import Establishment

register = template.Library()


@register.inclusion_tag("certificates/school/archive_reminder.html", takes_context=True)
def archive_reminder(context) -> dict:
    """Z1: from 1 December where the establishment is, until its session is archived; nothing otherwise."""
    return {"reminder": _reminder(context["request"].establishment, timezone.now())}


def _reminder(establishment: Establishment, now: datetime) -> dict | None:
    today = timezone.localdate(now, establishment.zone)
    if not rules.is_reminded(today):
        return None
    copies = queries.copies(establishment, today.year, now)
    if copies.is_archived or queries.session(establishment, today.year, now).is_empty:
        return None
    return {"year": today.year, "days_left": rules.days_left(today), "copies": copies}
