"""What the candidate's page is given."""

from dataclasses import asdict
from datetime import datetime
from types import SimpleNamespace

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from candidates.models import Candidate
from esr.core import keyring
from establishments.enums import Attestation
from exams import rules, sealing
from exams.bank import source, tutorial
from exams.models import (
    Exam,
    Question,
    Sitting,
)
from exams.queries.questions import media_url, reading_sources, video_sources


def player_data(sitting: Sitting, now: datetime) -> dict:
    """All that the candidate's page needs to go through the exam without the network: questions in this
    candidate's order, and nothing of the key (see delivery, P4)."""
    exam = sitting.exam
    asked = _asked(exam)
    return {
        "sitting": str(sitting.pk),
        "mode": asdict(rules.MODES[exam.mode]),
        "firstName": sitting.candidate.first_name,
        "state": sitting.state,
        "epoch": sitting.epoch,
        "answerMs": sitting.answer_ms or _answer_ms(sitting.candidate),
        "now": epoch_ms(now),
        "endsAt": epoch_ms(exam.ends_at),
        "signal": exam.signal,
        "urls": {
            "start": reverse("sitting_start"),
            "resume": reverse("sitting_resume", args=[sitting.pk]),
            "save": reverse("sitting_save", args=[sitting.pk]),
            "finish": reverse("sitting_finish", args=[sitting.pk]),
            "signal": reverse("exam_signal", args=[exam.pk]),
            "result": reverse("exam_result"),
            "leave": reverse("exam_leave"),
        },
        "rescue": {
            "salt": exam.number,
            "iterations": sealing.CODE_ITERATIONS,
            "hash": sealing.code_check(exam.number, exam.rescue_code),
        },
        "questions": [asked[number] for number in sitting.order],
        "trial": trial_data(exam.attestation),
    }


# What pages are given of each question, by what it is made of: a version that was drawn never changes, and the bank has
# a few hundred. So a room that comes in at once costs a query a candidate, and the questions once a process.
_known: dict[tuple[int, str, str], dict] = {}


def _asked(exam: Exam) -> dict[int, dict]:
    """The exam's questions by their number, each as `question_data` has it."""
    rows = exam.exam_questions.values_list("number", "question_id", "question__media").order_by()
    keys = {number: (question, media, exam.attestation) for number, question, media in rows}
    missing = {key[0]: key for key in keys.values() if key not in _known}
    for question in Question.objects.filter(pk__in=missing).prefetch_related("propositions") if missing else ():
        _known[missing[question.pk]] = question_data(0, question, exam.attestation)
    return {number: {**_known[key], "q": number} for number, key in keys.items()}


def seal_of(sitting: Sitting) -> dict | None:
    """With what the device of this sitting's epoch makes a result file, given to that device alone; None when the
    platform has no key of the year. `exam` must be loaded."""
    key = settings.SEAL_KEYS.sealing(sitting.exam.year)
    if key is None:
        return None
    return {
        "kid": key.kid,
        "point": keyring.encode(key.point),
        "key": keyring.encode(key.sitting_key(sitting.pk, sitting.epoch)),
    }


def question_data(number: int, question: Question, attestation: str) -> dict:
    """One question as every page with a player is given it, in exams too: nothing of the key."""
    return {
        "q": number,
        "statement": question.statement,
        "multiple": question.is_multiple,
        "propositions": [{"letter": p.letter, "text": p.text} for p in question.propositions.all()],
        "description": question.scene,
        **_media(question, attestation),
    }


def trial_data(attestation: str) -> dict:
    """The tutorial's question, under the number 0 that no exam has; it counts for nothing."""
    question = tutorial.trial()
    return {
        "q": 0,
        "statement": question.statement,
        "multiple": question.several,
        "propositions": [
            {"letter": letter, "text": p.text} for letter, p in zip(source.LETTERS, question.propositions, strict=False)
        ],
        "description": question.scene.description,
        **_media(SimpleNamespace(media=tutorial.trial_media()), attestation),
    }


def _media(question: Question | SimpleNamespace, attestation: str) -> dict:
    """Where the media of a question are, by the name of their folder alone."""
    described = attestation == Attestation.AER
    return {
        "sources": video_sources(question),
        "still": media_url(question, "still.jpg"),
        "reading": media_url(question, "reading.m4a"),
        "readings": reading_sources(question),
        "captions": media_url(question, "reading.vtt"),
        "media": media_url(question, "media.json"),
        "audioDescription": media_url(question, "description.m4a") if described else None,
    }


def preview_data(question: Question, attestation: str) -> dict:
    """What a page needs to show one question as an exam would, delivering nothing."""
    return {
        "mode": asdict(rules.MODES["self_test"]),
        "answerMs": int(rules.ANSWER_TIME.total_seconds() * 1000),
        "questions": [question_data(1, question, attestation)],
    }


def _answer_ms(candidate: Candidate) -> int:
    return int(rules.answer_time(extra_time=candidate.extra_time).total_seconds() * 1000)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970, as JavaScript counts."""
    return int(moment.timestamp() * 1000)


def receipt(sitting: Sitting) -> str:
    """What the candidate reads once everything has arrived, as "ABCD-EFGH": derived from the sitting and the instant
    it closed, so that the platform can say again whether it is its own."""
    digest = salted_hmac("exams.receipt", f"{sitting.pk}:{epoch_ms(sitting.closed_at)}", algorithm="sha256").digest()
    letters = "".join(rules.CODE_ALPHABET[byte % len(rules.CODE_ALPHABET)] for byte in digest[:8])
    return f"{letters[:4]}-{letters[4:]}"
