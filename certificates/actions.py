"""What was printed of attestations, and what was taken to be kept, is recorded here, once it was really made."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from certificates import rules
from certificates.enums import Copy, DownloadKind
from certificates.models import Download, Issue
from certificates.queries import issued_days
from esr.core.models import Job
from establishments.models import Establishment
from exams.models import Sitting


class AlreadyIssued(Exception):
    """Another copy, of another day, went out in the meantime: what was made now must not."""


@transaction.atomic
def issue(*, sittings: Sequence[Sitting], at: datetime, account: int | None) -> None:
    """Record the originals of `sittings`, all of one establishment; those of the same local day stay as they are.

    Raises AlreadyIssued, and records nothing, when one of them has an original of another day.
    """
    _record(sittings, Copy.ORIGINAL, at, account)


@transaction.atomic
def issue_duplicate(*, sitting: Sitting, at: datetime, account: int | None) -> None:
    """Record the only duplicate; made again on the same local day it stays as it is.

    Raises AlreadyIssued when it was made on another day, and ValueError when there is no original of a day before.
    """
    days, today = issued_days([sitting])[sitting.pk], _local(sitting, at)
    if rules.printing(days.original, None, today) is not rules.Printing.DUPLICATE:
        raise ValueError(f"Sitting {sitting.pk} has no original of a day before")
    _record([sitting], Copy.DUPLICATE, at, account)


def _record(sittings: Sequence[Sitting], copy: Copy, at: datetime, account: int | None) -> None:
    """Whoever comes second waits for the first to commit, adds nothing, and compares days. In one order for all, so
    that no two wait for each other."""
    rows = [Issue(sitting=sitting, copy=copy, at=at, account=account) for sitting in sittings]
    Issue.objects.bulk_create(sorted(rows, key=lambda row: row.sitting_id), ignore_conflicts=True)
    days = issued_days(sittings)
    if any(days[sitting.pk].of(copy) != _local(sitting, at) for sitting in sittings):
        raise AlreadyIssued


def _local(sitting: Sitting, at: datetime) -> date:
    return at.astimezone(sitting.exam.establishment.zone).date()


def note_download(
    *, establishment: Establishment, year: int, kind: DownloadKind, account: int, now: datetime, as_of: datetime
) -> Download:
    """Write down that somebody took a file whose data are those of `as_of`."""
    return Download.objects.create(
        establishment=establishment, year=year, kind=kind, account=account, at=now, as_of=as_of
    )


def note_archive(job: Job, *, account: int, now: datetime) -> None:
    """Write down that somebody took the archive that a job has made."""
    note_download(
        establishment=Establishment.objects.get(pk=job.arguments["establishment"]),
        year=job.arguments["year"],
        kind=DownloadKind.ARCHIVE,
        account=account,
        now=now,
        as_of=job.created_at,
    )
