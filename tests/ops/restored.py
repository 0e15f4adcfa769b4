"""A small world that is lost and restored: filled, gone on with, and told apart; each step in a process of its own, on
the database of the environment.

    python -m tests.ops.restored fill|go-on|finish|tell
"""

import json
import sys
from datetime import date
from hashlib import sha256

import django

HALF, ALL = range(1, 11), range(11, 21)
TOKEN = "t" * 43


def fill() -> dict:
    """A room of which one has begun, somebody of last year, and a sealed attestation."""
    from django.conf import settings
    from django.utils import timezone

    from candidates.models import Candidate
    from certificates import seal
    from exams import actions
    from exams.models import Sitting
    from tests.faults import school

    places = school.open_rooms(4)
    old = Candidate.objects.first()
    old.pk, old.year, old.last_name, old.identifier = None, old.year - 1, "DEL'ANPASSÉ", "999999999ZZ"
    old.save()
    actions.start_sitting(sitting=Sitting.objects.get(pk=places[0].sitting), token=TOKEN, now=timezone.now())
    today = date.today()
    claims = seal.Claims("ASSR1", "MARTIN", "Lily", date(2012, 4, 3), "0750655E", today, today)
    link = seal.link("https://examens.example.org/verifier/", seal.seal(claims, settings.ATTESTATION_KEYS.keys[0]))
    return {"sitting": places[0].sitting, "attestation": link}


def _ask(name: str, body: dict) -> tuple[int, dict]:
    """As the candidate's device does: nothing but the token that it holds."""
    from django.test import Client
    from django.urls import reverse

    from exams.models import Sitting

    key = Sitting.objects.get(epoch=1).pk
    answer = Client().post(
        reverse(name, args=[key]),
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {TOKEN}", "Host": "localhost"},
    )
    return answer.status_code, answer.json()


def _save(questions) -> dict:
    items = [{"q": q, "seq": 1, "choices": "A", "final": True, "t": 900} for q in questions]
    status, said = _ask("sitting_save", {"epoch": 1, "items": items})
    return {"status": status, "ack": said["ack"]}


def finish() -> dict:
    saved = _save(ALL)
    status, said = _ask("sitting_finish", {"epoch": 1, "held": {str(q): 1 for q in range(1, 21)}})
    return {"saved": saved["status"], "finished": status, "receipt": said["receipt"]}


def tell() -> dict:
    """Each table: how many rows, and a digest of all that they say."""
    from django.apps import apps

    return {
        model._meta.label: [
            model._base_manager.count(),
            sha256(repr(list(model._base_manager.order_by("pk").values_list())).encode()).hexdigest()[:16],
        ]
        for model in apps.get_models()
    }


TASKS = {"fill": fill, "go-on": lambda: _save(HALF), "finish": finish, "tell": tell}

if __name__ == "__main__":
    django.setup()
    print(json.dumps(TASKS[sys.argv[1]]()))
