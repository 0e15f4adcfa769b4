"""A whole journey whose every name, address, code and number is a canary: none of them is in the log."""

import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate, ImportDraft
from esr.core import jobs, logs
from esr.core.models import Job
from establishments.models import User
from exams import actions
from exams.models import Exam, Sitting
from tests.conftest import StrictClient
from tests.exams.conftest import TOKEN
from tests.exams.test_delivery import enter
from tests.exams.test_delivery import post as device_post
from tests.factories import PASSWORD, make_bank
from tests.ops.test_purge_canaries import csv, post
from tests.services import die_with_parent, free_port

NAMES = ["ZQXCANARIA", "ZQXCANARIB", "ZQXCANARIC"]
INE = "120890177FA"
ADDRESS = "198.51.100.77"  # of the school
MAIL = "zqxcanari.principal@college.example.org"


class Kept(logging.Handler):
    """What production would write, from every logger and at every level."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(logs.Formatter())
        self.lines: list[str] = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def kept(monkeypatch):
    handler = Kept()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def events(lines) -> list[str]:
    return [line["message"] for line in map(json.loads, lines) if line["logger"] == "esr.security"]


@pytest.mark.usefixtures("open_calendar")
def test_a_whole_journey_leaves_nobody_in_the_log(head_client, establishment, kept, settings, monkeypatch, client):
    make_bank()
    head = User.objects.get(pk=head_client.session["_auth_user_id"])
    User.objects.filter(pk=head.pk).update(email=MAIL)
    everyone = [head_client, client]
    for each in everyone:
        each.defaults |= {"REMOTE_ADDR": ADDRESS}
    # The school: a list, a search, an exam.
    draft = post(head_client, "candidate_import", {"file": csv(NAMES)})
    page = head_client.get(draft["Location"]).content.decode()
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)
    post(head_client, "candidate_import_preview", {"seen": seen}, ImportDraft.objects.get().pk)
    Candidate.objects.filter(last_name=NAMES[0]).update(identifier=INE)
    head_client.get(reverse("candidate_list"), {"q": NAMES[1]})
    now = timezone.now()
    exam = actions.create_exam(
        establishment=establishment, kind="exam", attestation="ASSR1", name=NAMES[0], starts_at=now,
        candidates=list(Candidate.objects.all()), now=now - timedelta(minutes=1),
    )  # fmt: skip
    Exam.objects.filter(pk=exam.pk).update(starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=3))
    # Candidates: a wrong number, a wrong code, then the exam with a malformed save.
    sitting = Sitting.objects.select_related("exam", "candidate").first()
    secrets = [sitting.exam.number, sitting.access_code, INE, MAIL, ADDRESS, str(sitting.pk), TOKEN, PASSWORD]
    client.post(reverse("exam_number"), {"number": "00000000"})
    client.post(reverse("exam_number"), {"number": sitting.exam.number})
    client.post(reverse("exam_code"), {"code": "ZQXCANAR"})
    enter(client, sitting)
    client.get(reverse("exam_identity"))
    assert device_post(client, "sitting_start", {"token": TOKEN}).status_code == 200
    item = {"q": 1, "seq": 1, "choices": "A", "final": False, "t": 0}
    assert device_post(client, "sitting_save", {"epoch": 1, "items": [item]}, sitting.pk).status_code == 200
    device_post(client, "sitting_save", {"epoch": 1, "items": [{"zqxcanari": NAMES[0]}]}, sitting.pk)
    device_post(client, "sitting_save", {"epoch": 1, "items": [item]}, sitting.pk, token="zqxcanari")
    device_post(client, "sitting_finish", {"epoch": 1}, sitting.pk)
    # Accounts: wrong and right passwords, a forgotten one, pages that are not one's own, addresses that are none.
    guest = StrictClient(REMOTE_ADDR=ADDRESS)
    for _ in range(12):
        guest.post("/login", {"login": MAIL, "password": "zqxcanari-Faux-1"})
    cache.clear()
    guest.post("/login", {"login": MAIL, "password": PASSWORD})
    guest.post(reverse("account_reset_password"), {"email": MAIL})
    guest.get(f"/mot-de-passe/oublie/1-{NAMES[0]}/")
    guest.get(f"/nulle-part/{NAMES[0]}/?q={NAMES[1]}")
    guest.get("/login", headers={"host": "zqxcanari.example.net"})
    head_client.get(f"/candidats/importer/999/erreurs/{NAMES[0]}/")
    strict = StrictClient(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS)
    strict.post("/login", {"login": MAIL})
    # What breaks: a page, with the database's words, and a job.
    words = f"duplicate key: Key (identifier)=({INE}) already exists. {NAMES[2]} {MAIL}"
    head_client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise IntegrityError(words)

    monkeypatch.setattr("establishments.views.school.queries.session_dates", broken)
    assert head_client.get("/accueil/").status_code == 500
    monkeypatch.setitem(jobs._tasks, "broken", jobs.Task(broken, False, "", "job", None, False))
    job = Job.objects.create(kind="broken", title=NAMES[0], scope=str(establishment.pk), arguments={})
    jobs.run(job.pk)
    head_client.post(reverse("account_logout"))
    # The journey was one, and it was logged.
    assert len(kept) > 15
    assert {
        "number_refused", "exam_code_refused", "candidate_entered", "sign_in_refused", "sign_in_closed", "signed_out",
    } <= set(events(kept))  # fmt: skip
    assert [json.loads(line)["error"][0]["type"] for line in kept if "Internal Server Error" in line] == [
        "django.db.utils.IntegrityError"
    ]
    # And nobody is in it.
    own = [line for line in kept if not _of_the_tests(line)]
    assert [line for line in own if "zqxcanari" in line.lower()] == []
    for secret in secrets:
        assert [line for line in own if secret in line] == [], secret


def _of_the_tests(line: str) -> bool:
    """Statements with their values, which Django logs under DEBUG and this platform at no level."""
    logger = json.loads(line)["logger"]
    return logger == "django.db.backends" and django_settings.LOGGING["loggers"][logger]["level"] == "INFO"


def test_the_journey_would_notice_a_name(kept):
    logging.getLogger("esr").warning("Candidate %s was late", NAMES[0])
    assert [line for line in kept if "zqxcanari" in line.lower()]


def test_the_web_server_s_own_log_names_no_address_and_no_page(tmp_path):
    """gunicorn as production starts it: pages that are none, and bytes that are no request."""
    port = free_port()
    kept_names = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept_names if name in os.environ}
    environment |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:esr.serving", "--no-control-socket"]
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}"],
            env=environment, stdout=out, stderr=out, preexec_fn=die_with_parent, cwd=django_settings.BASE_DIR,
        )  # fmt: skip
    try:
        page = b"GET /nulle-part/zqxcanari/?q=zqxcanari HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answers = [_ask(port, page)]
        answers.append(_ask(port, b"zqxcanari\r\n\r\n"))
        answers.append(_ask(port, b"TRACE /sante/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    finally:
        server.terminate()
        server.wait(60)
    assert [answer.split(b" ")[1] for answer in answers] == [b"404", b"400", b"405"]
    assert b"zqxcanari" not in answers[0].lower()
    assert not [answer for answer in answers if b"traceback" in answer.lower()]
    lines = [line for line in log.read_text().splitlines() if line.strip()]
    assert len(lines) >= 3
    for line in lines:
        assert json.loads(line)["at"]
        assert "zqxcanari" not in line.lower()
        assert "127.0.0.1" not in line


def _ask(port: int, raw: bytes) -> bytes:
    """The whole answer; the server may still be starting, however long that takes."""
    for _ in range(1200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=120) as wire:
                wire.sendall(raw)
                answer = b""
                while part := wire.recv(65536):
                    answer += part
                if answer:
                    return answer
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server did not start")
