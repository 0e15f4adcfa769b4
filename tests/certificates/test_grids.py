"""The grids of an exam without internet are one page each, whatever the bank draws."""

from datetime import UTC, datetime

import pytest

from certificates import documents
from exams.bank import source
from exams.rules import QUESTIONS
from tests.certificates.papers import question
from tests.certificates.reading import assert_accessible, sizes_of, text_of
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

LONG_NAME = {"last_name": ("Abcdefgh-" * 12)[:100], "first_name": ("Marie-Éléonore " * 7)[:100], "division": "x" * 40}


def unbroken(text):
    """Without spaces: a word with a hyphen is broken where it may be."""
    return "".join(text.split())


@pytest.fixture
def drawn(monkeypatch):
    """Make the exam hold the given (statement, expected letters, number of propositions)."""

    def draw(questions):
        found = [
            question(number, statement=statement, expected=expected, count=count)
            for number, (statement, expected, count) in enumerate(questions, start=1)
        ]
        monkeypatch.setattr(documents.queries, "exam_correction", lambda exam: found)

    return draw


@pytest.fixture
def exam():
    return ExamFactory.build(
        kind="offline",
        number="48210937",
        starts_at=datetime(2026, 3, 16, 9, 0, tzinfo=UTC),
        establishment=EstablishmentFactory.build(),
    )


def longest(attestation):
    """The twenty questions of the bank with the longest statements that an exam could hold at once."""
    bank = [entry for entry in source.load() if attestation in entry.attestations]
    found = sorted(bank, key=lambda entry: len(entry.statement), reverse=True)[:QUESTIONS]
    return [
        (
            entry.statement,
            "".join(
                letter
                for letter, proposition in zip(source.LETTERS, entry.propositions, strict=False)
                if proposition.expected
            ),
            len(entry.propositions),
        )
        for entry in found
    ]


@pytest.mark.parametrize("attestation", source.ATTESTATIONS)
def test_the_longest_statements_of_the_bank_make_one_page_of_each_grid(exam, drawn, attestation):
    questions = longest(attestation)
    drawn(questions)
    document = documents.key_grid(exam)
    (page,) = text_of(document)
    for number, (statement, expected, _) in enumerate(questions, start=1):
        assert unbroken(f"{', '.join(expected)} – {statement}") in unbroken(page), number
    assert page.count("☑") == sum(len(letters) for _, letters, _ in questions)
    assert sizes_of(document) == {(210, 297)}
    assert_accessible(document, title="Grille des corrections – épreuve 4821 0937")
    sitting = SittingFactory.build(exam=exam, candidate=CandidateFactory.build(establishment=None, **LONG_NAME))
    assert len(text_of(documents.grids(exam, [sitting]))) == 1


def test_the_longest_that_the_bank_accepts_makes_one_page(exam, drawn):
    """Six propositions, all expected, and as many wide letters as a statement may have; a name of two hundred."""
    _, most = source.LENGTHS["statement"]
    statement = ("Maximum " * most)[: most - 1] + "?"
    drawn([(statement, source.LETTERS, len(source.LETTERS))] * QUESTIONS)
    exam.name = "Examen des classes de 3e A, B, C et D " * 3
    exam.establishment.name = ("Section d’enseignement général et professionnel adapté " * 4)[:200]
    (page,) = text_of(documents.key_grid(exam))
    assert page.count(statement) == QUESTIONS
    sitting = SittingFactory.build(exam=exam, candidate=CandidateFactory.build(establishment=None, **LONG_NAME))
    assert len(text_of(documents.grids(exam, [sitting] * 2))) == 2
