"""P4: nothing of the key reaches a candidate before the correction opens.

Every question's explanation, notes, competence and scene carry a canary; every page and answer that a candidate can
get is scanned for them, in every state of a sitting.
"""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exams import queries
from exams.models import Exam, Question, Sitting
from tests.exams.conftest import TOKEN
from tests.exams.test_delivery import enter, post, save

CANARY = "CANARI-7f3a"
PAGES = ["exam_number", "exam_code", "exam_identity", "exam_player", "exam_result", "own_correction_pdf"]


@pytest.fixture(autouse=True)
def canaries(exam):
    Question.objects.update(explanation=f"{CANARY} explication", notes=f"{CANARY} notes")


def seen_by(client, sitting) -> str:
    """All the bytes that the candidate can get, pages and answers of the player."""
    found = []
    for name in PAGES:
        response = client.get(reverse(name), follow=True)
        found.append(b"".join(response) if response.streaming else response.content)
    found.append(post(client, "sitting_resume", {}, sitting.pk).content)
    found.append(save(client, sitting, (1, 1, "A", False, 1)).content)
    found.append(post(client, "sitting_finish", {"epoch": 1, "held": {"20": 9}}, sitting.pk).content)
    return b"\n".join(found).decode("latin-1")


def leaks(text: str) -> list[str]:
    patterns = [CANARY, r'"expected":', "explanation", '"mark"', r"\b[0-9]{1,2}/20\b", "R..?ponses? attendues? :"]
    return [pattern for pattern in patterns if re.search(pattern, text)]


def close(client, exam, sitting):
    items = [(q, 2, "A", True, 1) for q in range(1, 21)]
    assert save(client, sitting, *items).json()["state"] == "closed"


def test_nothing_before_during_and_after_the_sitting(client, exam, sitting):
    enter(client, sitting)
    assert leaks(seen_by(client, sitting)) == []
    post(client, "sitting_start", {"token": TOKEN})
    assert leaks(seen_by(client, sitting)) == []
    close(client, exam, sitting)
    # The whole day may lie before 18:00 or after it when the tests run: the exam's own end decides.
    assert leaks(seen_by(client, sitting)) == []


def test_everything_once_the_correction_is_open(client, exam, sitting):
    enter(client, sitting)
    post(client, "sitting_start", {"token": TOKEN})
    close(client, exam, sitting)
    long_ago = timezone.now() - timedelta(days=2)
    Exam.objects.update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=3))
    Sitting.objects.filter(pk=sitting.pk).update(closed_at=long_ago + timedelta(hours=1))
    page = client.get(reverse("exam_result")).content.decode()
    assert page.count(f"{CANARY} explication") == 20
    assert f"{CANARY} notes" not in page


def test_the_scan_notices_an_explanation_left_in_the_players_data(client, sitting, monkeypatch):
    honest = queries._for_player

    def careless(number, question):
        return honest(number, question) | {"explanation": question.explanation}

    monkeypatch.setattr(queries, "_for_player", careless)
    enter(client, sitting)
    assert CANARY in leaks(seen_by(client, sitting))


def test_the_order_of_the_propositions_tells_nothing(client, sitting):
    enter(client, sitting)
    page = client.get(reverse("exam_player")).content.decode()
    start = page.index('<script id="player-data"')
    data = json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])
    assert {tuple(sorted(q)) for q in data["questions"]} == {
        ("captions", "description", "media", "multiple", "propositions", "q", "reading", "statement", "still", "video")
    }
    assert {tuple(sorted(p)) for q in data["questions"] for p in q["propositions"]} == {("letter", "text")}
    assert all([p["letter"] for p in q["propositions"]] == ["A", "B", "C"] for q in data["questions"])
