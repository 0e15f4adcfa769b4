"""Everything that is written about candidates."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from candidates import rules
from candidates.models import Candidate, CandidateQuerySet, ImportDraft
from candidates.rules import ImportRow
from establishments.models import Establishment

_BATCH = 500


class IdentifierTaken(ValueError):
    """Another candidate of the list has this identifier."""

    def __init__(self):
        super().__init__("Un candidat de votre liste porte déjà cet INE / identifiant.")


class ListChanged(ValueError):
    """The list is not any more what the preview was made from; nothing was written."""


class Held(ValueError):
    """One of these candidates cannot be deleted now."""


def _platform_identifier() -> str:
    drawn = "".join(secrets.choice(rules.PLATFORM_ALPHABET) for _ in range(rules.PLATFORM_LENGTH))
    return rules.PLATFORM_PREFIX + drawn


def add_candidate(*, candidate: Candidate) -> Candidate:
    """Add one candidate; without identifier, the platform gives one. Raises IdentifierTaken."""
    _save(candidate, force_insert=True)
    return candidate


def change_candidate(*, candidate: Candidate, fields: Iterable[str]) -> Candidate:
    """Write the `fields` of a known candidate. Raises IdentifierTaken, and Candidate.DoesNotExist when somebody
    deleted it in the meantime."""
    with transaction.atomic():
        Candidate.objects.select_for_update().get(pk=candidate.pk)
        _save(candidate, update_fields=list(fields))
    return candidate


def _save(candidate: Candidate, **how) -> None:
    candidate.identifier = candidate.identifier or _platform_identifier()
    try:
        with transaction.atomic():
            candidate.save(**how)
    except IntegrityError as error:
        raise IdentifierTaken from error


@transaction.atomic
def delete_candidates(*, candidates: CandidateQuerySet, is_held: Callable[[CandidateQuerySet], bool]) -> int:
    """Delete candidates with all that is theirs, and return how many. Raises Held.

    `is_held` is asked once the rows are locked: the floors above know who is sitting an exam.
    """
    keys = list(candidates.order_by("pk").select_for_update().values_list("pk", flat=True))
    if is_held(candidates):
        raise Held
    candidates.delete()
    return len(keys)


# --- Imports ----------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_draft(*, establishment: Establishment, year: int, filename: str, rows: Iterable[ImportRow]) -> ImportDraft:
    """Keep a file that was read without error until it is confirmed; it replaces the establishment's earlier one."""
    ImportDraft.objects.of(establishment).delete()
    return ImportDraft.objects.create(
        establishment=establishment, year=year, filename=filename, rows=[row.as_json() for row in rows]
    )


def drop_draft(*, draft: ImportDraft) -> None:
    draft.delete()


@dataclass(frozen=True)
class Imported:
    """How many candidates an import added and changed, left as they were, and left for a person to decide."""

    added: int
    updated: int
    same: int
    doubts: int


@transaction.atomic
def confirm_import(*, draft: ImportDraft, seen: str) -> Imported:
    """Write the draft's rows, all or none, if it does exactly what the preview with fingerprint `seen` showed.

    Raises ListChanged when the list or the draft changed in the meantime.
    """
    # One import at a time; an update lock that does not stop a candidate added by hand, which would be a deadlock.
    Establishment.objects.select_for_update(no_key=True).get(pk=draft.establishment_id)
    taken, _ = ImportDraft.objects.filter(pk=draft.pk).delete()
    known = Candidate.objects.of(draft.establishment).of_year(draft.year)
    plan = rules.plan(map(ImportRow.from_json, draft.rows), known.order_by("pk").select_for_update())
    if not taken or plan.errors or plan.fingerprint != seen:
        raise ListChanged
    added, changed = plan.of("add"), plan.of("update")
    try:
        with transaction.atomic():
            Candidate.objects.bulk_create([_new(draft, line.row) for line in added], batch_size=_BATCH)
            _write_changes(changed)
    except IntegrityError as error:
        raise ListChanged from error
    return Imported(len(added), len(changed), len(plan.of("same")), len(plan.of("doubt")))


def _new(draft: ImportDraft, row: ImportRow) -> Candidate:
    return Candidate(
        establishment=draft.establishment,
        year=draft.year,
        identifier=row.identifier or _platform_identifier(),
        last_name=row.last_name,
        first_name=row.first_name,
        birth_date=row.birth_date,
        division=row.division,
        sex=row.sex,
        attestation=row.attestation,
        export_to_siecle=bool(row.export_to_siecle),
    )


def _write_changes(lines: Iterable[rules.PlannedLine]) -> None:
    fields, candidates = set(), []
    for line in lines:
        for name, (_, new) in line.changes.items():
            setattr(line.candidate, name, new)
        fields.update(line.changes)
        candidates.append(line.candidate)
    if candidates:
        Candidate.objects.bulk_update(candidates, sorted(fields), batch_size=_BATCH)
