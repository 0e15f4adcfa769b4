"""Rattrapages that a result has just made pointless: said wherever a result changes by hand."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.utils import timezone

from exams import queries
from exams.models import Sitting


def tell_misplaced(request, sittings: Iterable[Sitting], now: datetime) -> None:
    """Warn of the rattrapages that the candidates of `sittings`, of one exam, should not be registered for any more."""
    sittings = list(sittings)
    if not sittings or not sittings[0].settles:
        return
    planned = Sitting.objects.filter(
        candidate__in=[sitting.candidate_id for sitting in sittings], settles=sittings[0].settles
    )
    for one in queries.misplaced(planned, now):
        exam = one.sitting.exam
        messages.warning(
            request,
            f"{one.candidate} : {one.reason}, et inscrit au rattrapage « {exam.name} » du "
            f"{timezone.localtime(exam.starts_at):%d/%m/%Y}. La page de cette épreuve dit que faire.",
        )
