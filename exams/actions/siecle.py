"""Exchanges with SIECLE BEE."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from candidates import actions as candidate_actions
from candidates.enums import ImportSource
from candidates.models import ImportDraft
from candidates.siecle.gateway import Gateway, Progress
from candidates.siecle.reading import Context, read
from establishments.models import Establishment
from exams.models import (
    ExportedResult,
    SiecleExport,
)
from exams.queries import ExportLine, attestations_held, export_plan


def draft_from_siecle(
    *,
    establishment: Establishment,
    gateway: Gateway,
    now: datetime,
    files: Sequence[bytes] = (),
    filename: str = "",
    possible: bool = True,
    progress: Progress = lambda done, total: None,
) -> ImportDraft:
    """Read SIECLE BEE and keep what it says as a draft to preview; `possible` as `reading.Context` has it.

    Raises siecle.gateway.Refused.
    """
    year = establishment.year_at(now)
    export = gateway.read(establishment.identifier, files, progress)
    context = Context(
        uai=establishment.identifier,
        year=year,
        today=now.astimezone(establishment.zone).date(),
        held=attestations_held(establishment, year),
        possible=possible,
    )
    return candidate_actions.keep_draft(
        establishment=establishment,
        year=year,
        filename=filename,
        source=ImportSource.SIECLE,
        reading=read(export, context),
    )


class NothingToExport(ValueError):
    """Every result that could go to SIECLE BEE went already."""


def export_results(*, establishment: Establishment, year: int, now: datetime, gateway: Gateway) -> SiecleExport:
    """Send the results of the year that have not gone yet, and keep what went and what did not.

    Nothing is locked while the network takes its time; a result that another export took meanwhile is not counted
    twice, and the receiver knows a sending that it had already. Raises NothingToExport, siecle.gateway.Refused.
    """
    plan = export_plan(establishment, year)
    if not plan.to_send:
        raise NothingToExport
    sent = gateway.send(establishment.identifier, year, [line.result for line in plan.to_send])
    with transaction.atomic():
        Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
        current = export_plan(establishment, year)
        results = {(line.candidate.pk, line.result) for line in plan.to_send}
        went = [line for line in current.to_send if (line.candidate.pk, line.result) in results]
        if not went:
            raise NothingToExport
        export = SiecleExport.objects.create(establishment=establishment, year=year, made_at=now)
        refused = sent.refused
        rows = [_exported(export, line, refused.get((line.result.ine, line.result.attestation), "")) for line in went]
        rows += [_exported(export, line, line.problem) for line in current.left_out]
        ExportedResult.objects.bulk_create(rows, batch_size=500)
    return export


def _exported(export: SiecleExport, line: ExportLine, problem: str) -> ExportedResult:
    result = line.result
    return ExportedResult(
        export=export,
        candidate=line.candidate,
        ine=result.ine,
        siecle_id=result.siecle_id,
        attestation=result.attestation,
        outcome=result.outcome,
        day=result.day,
        problem=problem,
    )
