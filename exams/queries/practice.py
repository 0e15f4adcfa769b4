"""What the public site is given: the questions of open trainings, with their key, and nothing about anybody."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.core.cache import cache
from django.urls import reverse

from exams import rules
from exams.enums import ExamKind, Theme
from exams.models import Question
from exams.queries.player import question_data

# How long a change of the bank may take to be seen; a whole school opens the page on one reading of the bank.
POOL_SECONDS = 60


@dataclass(frozen=True)
class Pool:
    """The questions anyone may practise on for one attestation.

    `body` is the JSON that the page asks for: a list of questions with their theme, expected letters and explanation.
    `version` changes with it. `counts` says how many questions each theme has, by theme in the handbook's order.
    """

    version: str
    body: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def fills_a_test(self) -> bool:
        """Whether there are enough questions of each theme for a test like the exam."""
        try:
            rules.blueprint_for([], self.counts)
        except rules.NotEnoughQuestions:
            return False
        return True


def practice_pool(attestation: str) -> Pool:
    """The pool of an attestation, read at most once in POOL_SECONDS."""
    return cache.get_or_set(f"practice:{attestation}", lambda: _pool(attestation), POOL_SECONDS)


def _pool(attestation: str) -> Pool:
    questions = Question.objects.for_attestation(attestation).for_kind(ExamKind.TRAINING)
    data = [_with_key(question, attestation) for question in questions.prefetch_related("propositions")]
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    counts = Counter(question["theme"] for question in data)
    return Pool(sha256(body.encode()).hexdigest()[:20], body, {t.value: counts[t] for t in Theme if counts[t]})


def _with_key(question: Question, attestation: str) -> dict:
    return question_data(question.pk, question, attestation) | {
        "theme": question.theme,
        "competence": question.competence,
        "expected": question.expected,
        "explanation": question.explanation,
    }


def practice_data(attestation: str, mode: str) -> dict:
    """What the page of « Je m'entraîne » or « Je me teste » is given besides the pool."""
    times = [rules.answer_time(extra_time=extra) for extra in (False, True)]
    return {
        "attestation": attestation,
        "name": mode,
        "mode": asdict(rules.MODES[mode]),
        "pool": reverse("practice_questions", args=[attestation]),
        "themes": {theme.value: theme.label for theme in Theme},
        "blueprint": rules.BLUEPRINT,
        "passMark": rules.PASS_MARK,
        "answerMs": [int(time.total_seconds() * 1000) for time in times],
    }
