"""The harness's own look at the database: rooms of candidates before, every sitting as it stands at any moment.

Django is set up by the caller, with the environment of the stack.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ROOM = 35
PASSWORD = "Rondpoint-2026!"
HEAD = "ce@example.org"
KEY_LETTERS = "ABC"  # of every question of the factories


@dataclass(frozen=True)
class Place:
    """A candidate who may sit: the number and the code on their sheet, the key of the sitting for the judge."""

    sitting: str
    number: str
    code: str


@dataclass(frozen=True)
class Row:
    """A sitting as the database holds it. `responses`: question → {"c": letters, "e": epoch, "s": seq, "f": final}."""

    sitting: str
    state: str
    epoch: int
    mark: int | None
    receipt: str
    responses: dict[int, dict]
    events: tuple[str, ...]


def open_rooms(count: int, *, invented: bool = True) -> list[Place]:
    """A school with `count` candidates in rooms of 35, all of them free to begin now; with `invented` questions, or
    those of a bank that was loaded."""
    from django.utils import timezone

    from candidates.models import Candidate
    from establishments.actions import create_establishment
    from exams.actions import create_exam
    from exams.models import Sitting
    from tests.factories import EstablishmentFactory, make_bank

    now = timezone.now()
    if invented:
        make_bank()
    fields = EstablishmentFactory.build(identifier="0750655E", email=HEAD)
    names = [field.name for field in fields._meta.fields if field.name not in ("id", "created_at")]
    school = create_establishment(head_password=PASSWORD, **{name: getattr(fields, name) for name in names})
    candidates = Candidate.objects.bulk_create(
        Candidate(
            establishment=school,
            year=school.year_at(now),
            last_name=f"MARTIN{n}",
            first_name="Lily",
            birth_date=date(2012, 4, 3),
            division="5A",
            sex="F",
            identifier=f"{100_000_000 + n}AB",
            attestation="ASSR1",
        )
        for n in range(count)
    )
    for start in range(0, count, ROOM):
        create_exam(
            establishment=school,
            kind="exam",
            attestation="ASSR1",
            name=f"Salle {start // ROOM + 1}",
            starts_at=now - timedelta(minutes=5),
            candidates=candidates[start : start + ROOM],
            now=now,
        )
    sittings = Sitting.objects.select_related("exam").order_by("exam", "access_code")
    return [Place(str(sitting.pk), sitting.exam.number, sitting.access_code) for sitting in sittings]


def rows(sittings: Iterable[str]) -> list[Row]:
    """What the database holds of these sittings, read on a connection of its own."""
    from django.db import connection

    from exams.models import Sitting
    from exams.queries import receipt

    try:
        return [
            Row(
                str(sitting.pk),
                sitting.state,
                sitting.epoch,
                sitting.mark,
                receipt(sitting) if sitting.closed_at else "",
                {int(q): response for q, response in sitting.responses.items()},
                tuple(event.kind for event in sitting.events.all()),
            )
            for sitting in Sitting.objects.filter(pk__in=list(sittings)).prefetch_related("events")
        ]
    finally:
        connection.close()


def marks(sittings: Iterable[Row]) -> dict[str, int]:
    """The mark of each sitting, worked out here from its answers: a point for all expected letters and no other."""
    from django.db import connection

    from exams.models import Proposition, Sitting

    try:
        exam_of = {str(pk): exam for pk, exam in Sitting.objects.values_list("pk", "exam")}
        expected: dict[tuple[int, int], set[str]] = {}
        right = Proposition.objects.filter(expected=True, question__exam_questions__isnull=False)
        for exam, q, letter in right.values_list(
            "question__exam_questions__exam", "question__exam_questions__number", "letter"
        ):
            expected.setdefault((exam, q), set()).add(letter)
    finally:
        connection.close()
    return {
        row.sitting: sum(set(r["c"]) == expected[exam_of[row.sitting], q] for q, r in row.responses.items())
        for row in sittings
    }
