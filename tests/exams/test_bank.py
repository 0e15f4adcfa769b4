"""The whole question bank as it is shipped: enough of every kind, nothing twice, nothing that gives an answer away."""

import re
from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from exams import actions, rules
from exams.bank import source
from exams.bank.scenes import registry

QUESTIONS = source.load()
# What each attestation needs at least of questions for exams and for training.
LEAST = {"ASSR1": (40, 30), "ASSR2": (40, 30), "ASR": (40, 30), "AER": (25, 20)}


def pool(attestation: str, use: str) -> list[source.Question]:
    return [q for q in QUESTIONS if attestation in q.attestations and q.use in (use, "both")]


def test_there_are_two_hundred_and_more():
    assert len(QUESTIONS) >= 200
    assert {user for question in QUESTIONS for user in question.users} == set(source.USERS)


@pytest.mark.parametrize("attestation", source.ATTESTATIONS)
def test_each_attestation_has_enough_to_sit_and_enough_to_train(attestation):
    exam, training = LEAST[attestation]
    assert len(pool(attestation, "exam")) >= exam
    assert len(pool(attestation, "training")) >= training


@pytest.mark.parametrize("attestation", source.ATTESTATIONS)
def test_two_exams_share_no_question_and_a_training_is_whole(attestation):
    exam = Counter(question.theme for question in pool(attestation, "exam"))
    training = Counter(question.theme for question in pool(attestation, "training"))
    assert not {theme: n for theme, n in rules.BLUEPRINT.items() if exam[theme] < 2 * n}
    assert not {theme: n for theme, n in rules.BLUEPRINT.items() if training[theme] < n}


@pytest.mark.parametrize("attestation", source.ATTESTATIONS)
def test_a_school_sees_other_questions_each_time(attestation, establishment):
    """Two exams of the real bank have none in common; a rattrapage after them repeats what it must, no more."""
    actions.load_bank(questions=QUESTIONS, media={question.code: "0" * 20 for question in QUESTIONS})
    now = timezone.now()
    drawn = []
    for name in ("Examen", "Examen bis", "Rattrapage"):
        exam = actions.create_exam(
            establishment=establishment,
            kind="exam",
            attestation=attestation,
            name=name,
            starts_at=now + timedelta(days=1),
            candidates=[],
            now=now,
        )
        drawn.append(set(exam.questions.values_list("code", flat=True)))
    assert [len(codes) for codes in drawn] == [rules.QUESTIONS] * 3
    assert not drawn[0] & drawn[1]
    there = Counter(question.theme for question in pool(attestation, "exam"))
    again = sum(max(0, 3 * n - there[theme]) for theme, n in rules.BLUEPRINT.items())
    assert len(drawn[2] & (drawn[0] | drawn[1])) == again


def test_asr_shares_the_questions_of_assr2():
    assert all(("ASR" in q.attestations) == ("ASSR2" in q.attestations) for q in QUESTIONS)


def test_every_question_names_the_source_of_its_rule():
    unsourced = [q.code for q in QUESTIONS if not re.search(r"[A-ZÉ]\w+", q.notes) or len(q.notes) < 15]
    assert unsourced == []


def test_one_and_several_expected_answers_are_both_usual():
    for theme in source.THEMES:
        single = [not q.several for q in QUESTIONS if q.theme == theme]
        assert 0.3 <= sum(single) / len(single) <= 0.75, theme


def test_neither_place_nor_length_is_a_good_bet():
    """A pupil who always ticks the longest proposition, or the same letter, does no better than by chance."""
    single = [q for q in QUESTIONS if not q.several]
    longest = sum(max(q.propositions, key=lambda p: len(p.text)).expected for q in single)
    chance = sum(1 / len(q.propositions) for q in single)
    assert longest < 1.35 * chance
    for letter in range(4):
        places = [q for q in QUESTIONS if len(q.propositions) > letter]
        assert sum(q.propositions[letter].expected for q in places) < 0.65 * len(places)


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


def test_no_question_is_asked_twice():
    twice = []
    for one, other in combinations(QUESTIONS, 2):
        mine, theirs = words(one.statement), words(other.statement)
        if len(mine & theirs) > 0.7 * len(mine | theirs):
            twice.append((one.code, other.code))
    assert twice == []


def test_texts_are_typed_as_french():
    """Spaces before double marks, none doubled, apostrophes as in the rest of the bank; statements ask or begin."""
    wrong = []
    for question in QUESTIONS:
        texts = [question.statement, question.explanation, *(p.text for p in question.propositions)]
        wrong += [
            (question.code, text)
            for text in texts
            if re.search(r"\S[?!;]|[^\s\d]:(?!\d)|  |[’“”]|\.\.\.|\s[.,]", text.replace("://", ""))
        ]
        if not question.statement.rstrip().endswith(("?", ":")):
            wrong.append((question.code, question.statement))
    assert wrong == []


def test_every_question_has_its_own_scene():
    settings = [registry.find(question.code).setting for question in QUESTIONS]
    assert len({id(setting) for setting in settings}) == len(QUESTIONS)
