"""What is written in the question bank."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from exams import protocol
from exams.bank import source
from exams.models import (
    ATTESTATION_COLUMNS,
    Proposition,
    Question,
)


@transaction.atomic
def load_bank(*, questions: Iterable[source.Question], media: Mapping[str, str]) -> tuple[int, int]:
    """Create or update the bank's questions by code; `media` maps a code to the name of its media.

    Returns how many were created and updated.
    """
    created = updated = 0
    for item in questions:
        question, is_new = Question.objects.update_or_create(
            code=item.code,
            defaults={
                "theme": item.theme,
                "competence": item.competence,
                "use": item.use,
                "statement": item.statement,
                "explanation": item.explanation,
                "notes": item.notes,
                "scene": item.scene.description,
                "media": media[item.code],
                **{column: name in item.attestations for name, column in ATTESTATION_COLUMNS.items()},
            },
        )
        letters = protocol.LETTERS[: len(item.propositions)]
        for letter, proposition in zip(letters, item.propositions, strict=True):
            Proposition.objects.update_or_create(
                question=question,
                letter=letter,
                defaults={"text": proposition.text, "expected": proposition.expected},
            )
        question.propositions.exclude(letter__in=letters).delete()
        created += is_new
        updated += not is_new
    return created, updated
