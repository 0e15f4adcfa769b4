"""P16: tiers-temps comes from the school's list alone; it is neither lost, nor given by a client, nor changed in
mid-exam."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from exams import actions
from exams.models import Sitting
from tests.exams.conftest import TOKEN
from tests.exams.test_delivery import enter, post, save

FORGED = {
    "answerMs": 900_000,
    "answer_ms": 900_000,
    "extra_time": True,
    "extraTime": True,
    "pausedMs": 900_000,
    "paused_ms": 900_000,
}


@pytest.fixture
def plain(exam):
    return exam.sittings.filter(candidate__extra_time=False).first()


@pytest.fixture
def extra(exam):
    return exam.sittings.get(candidate__extra_time=True)


def page_says(client) -> int:
    page = client.get(reverse("exam_player")).content.decode()
    start = page.index('<script id="player-data"')
    return json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])["answerMs"]


def start(client, sitting, token=TOKEN, **more) -> int:
    enter(client, sitting)
    return post(client, "sitting_start", {"token": token, **more}).json()["answerMs"]


def resumed(client, sitting, token=TOKEN, **more) -> int:
    return post(client, "sitting_resume", more, sitting.pk, token=token).json()["answerMs"]


def test_the_server_says_sixty_seconds(client, plain, extra):
    """Before the start, at the start and at every return, on the page and in the answers."""
    for sitting, milliseconds in ((plain, 45_000), (extra, 60_000)):
        browser = Client()
        enter(browser, sitting)
        before = page_says(browser)
        assert [before, start(browser, sitting), page_says(browser), resumed(browser, sitting)] == [milliseconds] * 4


def test_what_a_client_claims_is_not_listened_to(client, plain):
    client.post(reverse("exam_number"), {"number": plain.exam.number, **FORGED})
    client.post(reverse("exam_code"), {"code": plain.access_code, **FORGED})
    for name, value in FORGED.items():
        client.cookies[name] = str(value)
    assert start(client, plain, **FORGED) == 45_000
    assert resumed(client, plain, **FORGED) == 45_000
    item = {"q": 1, "seq": 1, "choices": "A", "final": True, "t": 56_000, **FORGED}
    post(client, "sitting_save", {"epoch": 1, "items": [item], **FORGED}, plain.pk)
    post(client, "sitting_finish", {"epoch": 1, "held": {"1": 1}, **FORGED}, plain.pk)
    stored = Sitting.objects.get(pk=plain.pk)
    assert (stored.answer_ms, stored.paused_ms) == (45_000, 0)
    assert stored.responses["1"]["l"] is True
    assert not Candidate.objects.get(pk=plain.candidate_id).extra_time


@pytest.mark.parametrize(("who", "limit"), [("plain", 55_000), ("extra", 70_000)])
def test_an_answer_is_late_by_the_servers_time(client, request, who, limit):
    """The time to answer and ten seconds of network; kept all the same."""
    sitting = request.getfixturevalue(who)
    start(client, sitting)
    save(client, sitting, (1, 1, "A", True, limit), (2, 1, "A", True, limit + 1))
    stored = Sitting.objects.get(pk=sitting.pk).responses
    assert [(stored[q]["c"], stored[q]["l"]) for q in "12"] == [("A", False), ("A", True)]


@pytest.fixture
def tick(head_client):
    """The head ticks or unticks « Tiers-temps » on the candidate's own page."""

    def tick(sitting, *, extra_time: bool):
        page = head_client.get(reverse("candidate_edit", args=[sitting.candidate_id]))
        fields = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
        fields["birth_date"] = f"{sitting.candidate.birth_date:%d/%m/%Y}"
        fields.pop("extra_time", None)
        head_client.post(page.wsgi_request.path, fields | ({"extra_time": "on"} if extra_time else {}))
        assert Candidate.objects.get(pk=sitting.candidate_id).extra_time is extra_time

    return tick


@pytest.mark.parametrize(("who", "had", "gets"), [("plain", 45_000, True), ("extra", 60_000, False)])
def test_a_change_after_the_start_alters_nothing(client, request, tick, who, had, gets):
    sitting = request.getfixturevalue(who)
    assert start(client, sitting) == had
    tick(sitting, extra_time=gets)
    assert resumed(client, sitting) == page_says(client) == start(client, sitting) == had
    actions.allow_takeover(sitting=sitting, by=None, now=timezone.now())
    assert start(Client(), sitting, token="u" * 43) == had
    limit = had + 10_000
    item = {"q": 1, "seq": 1, "choices": "A", "final": True, "t": limit + 1}
    post(client, "sitting_save", {"epoch": 2, "items": [item]}, sitting.pk, token="u" * 43)
    assert Sitting.objects.get(pk=sitting.pk).responses["1"]["l"] is True


@pytest.mark.parametrize(("who", "gets", "milliseconds"), [("plain", True, 60_000), ("extra", False, 45_000)])
def test_a_change_before_the_start_counts(client, request, tick, who, gets, milliseconds):
    """Even between the page's opening and « Commencer »: the server reads the list when the sitting starts."""
    sitting = request.getfixturevalue(who)
    enter(client, sitting)
    page_says(client)
    tick(sitting, extra_time=gets)
    assert start(client, sitting) == page_says(client) == milliseconds
