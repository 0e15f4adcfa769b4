"""The number that tells the open pages of an exam to ask for their standing."""

import json

import pytest
from django.urls import reverse

from exams import actions
from exams.queries import player_data
from tests.factories import UserFactory


def ask(client, pk: int):
    response = client.get(reverse("exam_signal", args=[pk]))
    assert response.status_code == 200
    return response, json.loads(response.content)


def test_it_grows_when_the_supervisor_does_something(client, sitting, django_assert_num_queries):
    actions.pause(exam=sitting.exam, by=UserFactory(), now=sitting.exam.starts_at)
    with django_assert_num_queries(1):
        response, data = ask(client, sitting.exam_id)
    assert data == {"signal": 1}
    assert response["Cache-Control"] == "public, max-age=2"
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_an_exam_that_is_not_there_looks_like_a_new_one(client, pk):
    assert ask(client, pk)[1] == {"signal": 0}


def test_the_page_carries_the_number_and_where_to_ask(sitting):
    actions.pause(exam=sitting.exam, by=UserFactory(), now=sitting.exam.starts_at)
    sitting.refresh_from_db()
    data = player_data(sitting, sitting.exam.starts_at)
    assert data["signal"] == 1
    assert data["urls"]["signal"] == reverse("exam_signal", args=[sitting.exam_id])
