"""The player's requests over HTTP: who may send what, and what comes back."""

import json
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exams import actions, protocol, queries
from exams.models import Exam, Sitting
from tests.exams.conftest import TOKEN
from tests.factories import UserFactory


def enter(client, sitting):
    """Type the number and the code."""
    client.post(reverse("exam_number"), {"number": sitting.exam.number})
    return client.post(reverse("exam_code"), {"code": sitting.access_code})


def post(client, name, body, key=None, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if key else {}
    return client.post(
        reverse(name, args=[key] if key else []), json.dumps(body), content_type="application/json", headers=headers
    )


def save(client, sitting, *items, epoch=1, **kwargs):
    items = [dict(zip(("q", "seq", "choices", "final", "t"), item, strict=True)) for item in items]
    return post(client, "sitting_save", {"epoch": epoch, "items": items}, sitting.pk, **kwargs)


@pytest.fixture
def device(client, sitting):
    """A device that has begun the sitting, and forgot its cookies: nothing after the start needs them."""
    enter(client, sitting)
    assert post(client, "sitting_start", {"token": TOKEN}).status_code == 200
    return Client(enforce_csrf_checks=True)


def test_number_and_code_lead_to_the_identity(client, sitting):
    response = enter(client, sitting)
    assert response.url == reverse("exam_identity")
    assert sitting.candidate.last_name in client.get(response.url).content.decode()


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_number_and_code_may_be_typed_in_groups(client, sitting, typed):
    number, code = sitting.exam.number, sitting.access_code.lower()
    client.post(reverse("exam_number"), {"number": typed.format(number[:4], number[4:])})
    response = client.post(reverse("exam_code"), {"code": typed.format(code[:4], code[4:])})
    assert response.url == reverse("exam_identity")


def test_a_wrong_number_or_code_says_so(client, sitting):
    assert "aucune épreuve" in client.post(reverse("exam_number"), {"number": "12345"}).content.decode()
    client.post(reverse("exam_number"), {"number": sitting.exam.number})
    assert "pas celui d’un candidat" in client.post(reverse("exam_code"), {"code": "ZZZZ"}).content.decode()


def test_the_code_of_another_exam_is_wrong_here(client, sitting, establishment, bank):
    other = actions.create_exam(
        establishment=establishment, kind="training", attestation="ASSR1", name="Autre", starts_at=timezone.now(),
        candidates=[sitting.candidate], now=timezone.now(),
    )  # fmt: skip
    client.post(reverse("exam_number"), {"number": sitting.exam.number})
    response = client.post(reverse("exam_code"), {"code": other.sittings.get().access_code})
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["exam_identity", "exam_player", "exam_result", "sitting_start"])
def test_without_a_code_one_is_sent_to_the_first_page(client, sitting, name):
    response = client.post(reverse(name)) if name == "sitting_start" else client.get(reverse(name))
    assert (response.status_code, response.url) == (302, reverse("exam_number"))


def test_a_forged_cookie_is_nobody(client, sitting):
    client.cookies["esr_candidat"] = str(sitting.pk)
    assert client.get(reverse("exam_identity")).status_code == 302


def test_leaving_forgets_the_candidate(client, sitting):
    enter(client, sitting)
    client.post(reverse("exam_leave"))
    assert client.get(reverse("exam_identity")).status_code == 302


def test_the_questions_wait_for_the_start(client, sitting):
    Exam.objects.update(starts_at=timezone.now() + timedelta(minutes=5))
    enter(client, sitting)
    assert client.get(reverse("exam_player")).status_code == 302
    assert post(client, "sitting_start", {"token": TOKEN}).status_code == 425


def test_the_start_gives_what_the_device_needs(client, sitting):
    enter(client, sitting)
    answer = post(client, "sitting_start", {"token": TOKEN}).json()
    assert answer.pop("now") == pytest.approx(timezone.now().timestamp() * 1000, abs=5000)
    assert set(answer.pop("seal")) == {"kid", "point", "key"}
    assert answer == {
        "epoch": 1,
        "answerMs": 45_000,
        "pausedAt": None,
        "pausedMs": 0,
        "signal": 0,
        "state": "running",
        "responses": {},
    }


@pytest.mark.parametrize("token", [None, "", "short", "x" * 44, "é" * 43, 7])
def test_a_token_that_is_no_token_is_refused(client, sitting, token):
    enter(client, sitting)
    assert post(client, "sitting_start", {"token": token}).status_code == 400


def test_a_second_device_is_told_so(client, device, sitting):
    assert post(client, "sitting_start", {"token": "u" * 43}).json() == {"error": "elsewhere"}


def test_answers_need_neither_cookies_nor_csrf(device, sitting):
    response = save(device, sitting, (3, 1, "CA", False, 900))
    assert response.json()["ack"] == {"3": 1}
    stored = Sitting.objects.get(pk=sitting.pk).responses["3"]
    assert (stored["c"], stored["f"]) == ("AC", False)


def test_resume_returns_what_the_platform_holds(device, sitting):
    save(device, sitting, (3, 2, "A", True, 900))
    answer = post(device, "sitting_resume", {}, sitting.pk).json()
    assert answer["responses"] == {"3": {"choices": "A", "seq": 2, "final": True}}


@pytest.mark.parametrize("name", ["sitting_resume", "sitting_save", "sitting_finish"])
@pytest.mark.parametrize("token", ["", "u" * 43])
def test_another_token_is_refused(device, sitting, name, token):
    assert post(device, name, {"epoch": 1}, sitting.pk, token=token).status_code == 401


def test_the_token_of_one_sitting_opens_no_other(device, exam, sitting):
    other = exam.sittings.exclude(pk=sitting.pk).first()
    assert save(device, other, (1, 1, "A", False, 0)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"epoch":1}', b'{"epoch":"1","items":[]}', b"\xff", b"[" * 20_000, b"x" * 40_000],
)
def test_what_is_not_from_our_page_is_malformed(device, sitting, body):
    response = device.post(
        reverse("sitting_save", args=[sitting.pk]),
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert (response.status_code, response.json()) == (400, {"error": "malformed"})


def test_finish_says_what_is_missing_then_gives_a_receipt(device, sitting):
    answers = [(q, 1, "A", True, 900) for q in range(1, 21)]
    claim = {"epoch": 1, "held": {str(q): 1 for q in range(1, 21)}}
    save(device, sitting, *answers[:18])
    missing = post(device, "sitting_finish", claim, sitting.pk)
    assert (missing.status_code, missing.json()["missing"]) == (409, [19, 20])
    assert Sitting.objects.get(pk=sitting.pk).state == "running"
    save(device, sitting, *answers[18:])
    done = post(device, "sitting_finish", claim, sitting.pk).json()
    again = post(device, "sitting_finish", claim, sitting.pk).json()
    assert done["state"] == "closed"
    assert done["receipt"] == again["receipt"] != ""
    more = post(device, "sitting_finish", {"epoch": 1, "held": {"7": 2}}, sitting.pk)
    assert more.status_code == 200  # a final answer settles its question
    assert save(device, sitting, (5, 1, "A", False, 0)).status_code == 410


def test_an_empty_claim_ends_nothing(device, sitting):
    save(device, sitting, (3, 1, "A", False, 900))
    assert post(device, "sitting_finish", {"epoch": 1, "held": {}}, sitting.pk).status_code == 409
    assert Sitting.objects.get(pk=sitting.pk).state == "running"


def test_the_old_device_is_stopped_when_another_took_over(client, device, sitting):
    actions.allow_takeover(sitting=sitting, by=UserFactory(), now=timezone.now())
    assert post(client, "sitting_start", {"token": "u" * 43}).json()["epoch"] == 2
    response = save(device, sitting, (3, 1, "A", False, 900))
    assert (response.status_code, response.json()) == (409, {"error": "elsewhere"})


def test_delivery_answers_are_never_cached(device, sitting):
    assert "no-store" in save(device, sitting, (3, 1, "A", False, 900))["Cache-Control"]


def test_a_save_costs_two_queries(device, sitting, django_assert_num_queries):
    with django_assert_num_queries(2):
        save(device, sitting, (3, 1, "A", False, 900))


def test_an_answer_that_came_in_the_meantime_stays(device, sitting):
    read = queries.standing(sitting.pk)
    save(device, sitting, (3, 1, "A", False, 900))
    save_answers = partial(actions.save_answers, sitting=read, epoch=1, now=timezone.now())
    sitting, ack = save_answers(items=[protocol.Item(4, 2, "B", False, 900)])
    assert ack == {4: 2}
    sitting.refresh_from_db()
    assert {q: r["c"] for q, r in sitting.responses.items()} == {"3": "A", "4": "B"}


def test_another_device_that_came_in_the_meantime_stops_the_first_one(client, device, sitting):
    save(device, sitting, (3, 1, "A", False, 900))
    read = queries.standing(sitting.pk)
    actions.allow_takeover(sitting=sitting, by=UserFactory(), now=timezone.now())
    actions.start_sitting(sitting=sitting, token="u" * 43, now=timezone.now())
    with pytest.raises(protocol.OldEpoch):
        actions.save_answers(sitting=read, epoch=1, items=[protocol.Item(4, 2, "B", False, 9)], now=timezone.now())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_made_again(device, sitting):
    save(device, sitting, (3, 1, "A", False, 900))
    connection.connection.close()
    assert save(device, sitting, (3, 2, "B", False, 900)).json()["ack"] == {"3": 2}


def test_a_room_costs_the_questions_once(client, exam, sitting, django_assert_num_queries):
    sitting = Sitting.objects.select_related("exam", "candidate").get(pk=sitting.pk)
    with django_assert_num_queries(3):
        first = queries.player_data(sitting, timezone.now())["questions"]
    with django_assert_num_queries(1):
        again = queries.player_data(sitting, timezone.now())["questions"]
    assert first == again
    assert [question["q"] for question in first] == sitting.order
