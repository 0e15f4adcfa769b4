"""Everything that is written about candidates."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from candidates import queries, rules
from candidates.enums import ImportSource
from candidates.models import Candidate, CandidateQuerySet, ImportDraft
from candidates.rules import ImportRow, Reading
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


class Contradiction(ValueError):
    """A decision excludes another one, on the line `line`."""

    def __init__(self, line: int):
        super().__init__(
            f"Votre choix pour la ligne {line} en contredit un autre : deux lignes ne peuvent pas mettre à jour le "
            "même candidat. Rien n’a été enregistré."
        )


def platform_identifier() -> str:
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
    candidate.identifier = candidate.identifier or platform_identifier()
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


def change_candidates(*, candidates: CandidateQuerySet, field: str, value) -> int:
    """Give one field of all of them its new value, and return how many had another."""
    return candidates.exclude(**{field: value}).update(**{field: value})


# --- Imports ----------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_draft(
    *,
    establishment: Establishment,
    year: int,
    filename: str,
    reading: Reading,
    source: str = ImportSource.CSV,
    table: Iterable[tuple[int, list[str]]] = (),
) -> ImportDraft:
    """Keep what was read until it is confirmed; it replaces the establishment's earlier draft."""
    ImportDraft.objects.ever_of(establishment).delete()
    return ImportDraft.objects.create(
        establishment=establishment,
        year=year,
        filename=filename,
        source=source,
        rows=[row.as_json() for row in reading.rows],
        errors=[asdict(error) for error in reading.errors],
        set_aside=[asdict(pupil) for pupil in reading.set_aside],
        notes=list(reading.notes),
        table=list(table),
    )


def drop_draft(*, draft: ImportDraft) -> None:
    draft.delete()


@dataclass(frozen=True)
class Imported:
    """How many candidates an import added, changed, removed, left as they were, and how many lines it left out."""

    added: int
    updated: int
    removed: int
    same: int
    left_out: int


@transaction.atomic
def confirm_import(
    *,
    draft: ImportDraft,
    seen: str,
    history: Callable[[CandidateQuerySet], rules.History],
    is_held: Callable[[CandidateQuerySet], bool],
    decisions: rules.Decisions = rules.NO_DECISION,
) -> Imported:
    """Write the draft's rows as decided, all or none, if it does exactly what the preview `seen` showed.

    The floors above know who sat an exam (`history`) and who is sitting one (`is_held`, asked under lock). Raises
    ListChanged when the list or the draft changed in the meantime, Contradiction when two decisions exclude each
    other, Held when somebody to remove is sitting an exam.
    """
    # One import at a time; an update lock that does not stop a candidate added by hand, which would be a deadlock.
    Establishment.objects.select_for_update(no_key=True).get(pk=draft.establishment_id)
    taken, _ = ImportDraft.objects.filter(pk=draft.pk).delete()
    known = Candidate.objects.ever_of(draft.establishment).of_year(draft.year)
    locked = list(known.order_by("pk").select_for_update())
    past = history(known)
    planned = queries.plan_of(draft, locked, past)
    if not taken or draft.is_refused or planned.fingerprint != seen or queries.blocks(draft, planned):
        raise ListChanged
    plan = queries.plan_of(draft, locked, past, decisions) if decisions != rules.NO_DECISION else planned
    undone = [line.row.line for line in plan.of("doubt") if line.row.line in decisions.choices]
    if undone:
        raise Contradiction(undone[0])
    gone = known.filter(pk__in=[candidate.pk for candidate in plan.removed])
    if plan.removed and is_held(gone):
        raise Held
    added, changed = plan.of("add"), [line for line in plan.of("update") if line.changes]
    try:
        with transaction.atomic():
            gone.delete()
            Candidate.objects.bulk_create([_new(draft, line.row) for line in added], batch_size=_BATCH)
            _write_changes(changed)
    except IntegrityError as error:
        raise ListChanged from error
    return Imported(
        added=len(added),
        updated=len(changed),
        removed=len(plan.removed),
        same=len(plan.of("same")) + len(plan.of("update")) - len(changed),
        left_out=len(plan.of("doubt")) + len(plan.of("skip")) + len(plan.errors) + len(draft.errors),
    )


def _new(draft: ImportDraft, row: ImportRow) -> Candidate:
    return Candidate(
        establishment=draft.establishment,
        year=draft.year,
        identifier=row.identifier or platform_identifier(),
        last_name=row.last_name,
        first_name=row.first_name,
        birth_date=row.birth_date,
        division=row.division,
        sex=row.sex,
        attestation=row.attestation,
        export_to_siecle=bool(row.export_to_siecle),
        extra_time=bool(row.extra_time),
        siecle_id=row.siecle_id,
        in_siecle=bool(row.in_siecle),
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
