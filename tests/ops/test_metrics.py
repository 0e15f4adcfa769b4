"""/mesures/: closed but to whoever shows the token, true of all processes, and silent about people."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest import mock

import pytest
from django.conf import settings as used
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.core.mail.backends.smtp import EmailBackend
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from esr.core import health, mails, metrics
from esr.core.enums import JobState
from esr.core.models import Job
from exams.models import Sitting
from tests.factories import ExamFactory, SittingFactory
from tests.test_settings import load

TOKEN = "t" * 32
ASK = {"headers": {"Authorization": f"Bearer {TOKEN}"}}


@pytest.fixture
def counted(settings):
    settings.METRICS_TOKEN = TOKEN
    return Client()


def figures(client) -> dict[str, float]:
    """Line → value, of what is not a comment."""
    answer = client.get("/mesures/", **ASK)
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def beat() -> None:
    from esr.core.tasks import revive_stale_jobs

    revive_stale_jobs()


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", TOKEN[:-1]])
def test_without_the_token_there_is_no_such_page(counted, db, shown):
    assert counted.get("/mesures/", headers={"Authorization": shown}).status_code == 404


def test_without_a_token_in_the_settings_nothing_is_counted_or_shown(db, settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/mesures/", headers={"Authorization": "Bearer "}).status_code == 404
    with pytest.raises(MiddlewareNotUsed):
        metrics.Measured(None)


def test_a_short_token_stops_the_start(tmp_path):
    assert "METRICS_TOKEN" in load(tmp_path, "1", METRICS_TOKEN="short").stderr


def test_requests_are_counted_by_view_and_status(counted, db):
    line = 'esr_requests_total{status="404",view="none"}'
    before = figures(counted)
    counted.get("/nulle-part/Lily-MARTIN/")
    counted.get("/sante/vivant/")
    after = figures(counted)
    assert after[line] == before.get(line, 0) + 1
    alive = 'esr_requests_total{status="200",view="alive"}'
    assert after[alive] == before.get(alive, 0) + 1
    assert after['esr_request_seconds_count{view="alive"}'] >= 1
    assert not [name for name in after if "Lily" in name or "nulle" in name]


def test_sittings_and_jobs(counted, db):
    exam = ExamFactory(starts_at=timezone.now() - timedelta(minutes=5))
    for _ in range(3):
        SittingFactory(exam=exam)
    Sitting.objects.exclude(pk=Sitting.objects.latest("pk").pk).update(state="running")
    now = timezone.now()
    for state, age in ((JobState.WAITING, 90), (JobState.RUNNING, 10), (JobState.FAILED, 5), (JobState.DONE, 5)):
        job = Job.objects.create(kind="x", title="x", state=state, finished_at=now)
        Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(seconds=age))
    found = figures(counted)
    assert found["esr_database_up"] == 1
    assert found["esr_sittings_open"] == 2
    assert [found[f'esr_jobs{{state="{state}"}}'] for state in ("waiting", "running", "failed")] == [1, 1, 1]
    assert found["esr_job_oldest_waiting_seconds"] >= 90


def test_an_exam_that_is_over_has_nobody_in_it(counted, db):
    SittingFactory(exam=ExamFactory(starts_at=timezone.now() - timedelta(days=2)))
    Sitting.objects.update(state="running")
    assert figures(counted)["esr_sittings_open"] == 0


def test_the_purge_the_beat_and_the_keys(counted, db, settings):
    assert "esr_beat_age_seconds" not in figures(counted)
    beat()
    found = figures(counted)
    assert found["esr_beat_age_seconds"] >= 0
    assert found["esr_purge_due"] == 0
    assert found['esr_key_present{keys="seal_keys",when="this year"}'] == 1
    cache.clear()
    job = Job.objects.create(kind="x", title="x", scope="1")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=800))
    with mock.patch("esr.ops.purging.is_done", return_value=False):
        assert figures(counted)["esr_purge_due"] == 1


def test_mails_that_fail_are_counted_and_still_fail(counted, db):
    letter = mails.message(subject="Essai", body="Bonjour", to=["a@example.org"])
    away = mock.patch.object(EmailBackend, "send_messages", side_effect=SMTPServerDisconnected)
    with away, pytest.raises(SMTPServerDisconnected):
        mails.CountedBackend().send_messages([letter])
    with mock.patch.object(EmailBackend, "send_messages", return_value=1):
        assert mails.CountedBackend().send_messages([letter]) == 1
    found = figures(counted)
    assert (found['esr_mails_total{outcome="failed"}'], found['esr_mails_total{outcome="sent"}']) == (1, 1)


def test_a_database_that_is_away_is_a_figure_and_no_error(counted, db):
    with mock.patch("esr.ops.metrics.Standing._sittings", side_effect=OperationalError):
        found = figures(counted)
    assert found["esr_database_up"] == 0
    assert "esr_sittings_open" not in found


def test_the_processes_of_a_server_are_counted_together(tmp_path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    once = "from esr.core import metrics; metrics.REQUESTS.labels('home', 200).inc()"
    tell = (
        "from prometheus_client import CollectorRegistry, generate_latest, multiprocess as m\n"
        "r = CollectorRegistry(); m.MultiProcessCollector(r); print(generate_latest(r).decode())"
    )
    for code in (once, once):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    told = subprocess.run([sys.executable, "-c", tell], env=environment, check=True, capture_output=True, text=True)
    assert 'esr_requests_total{status="200",view="home"} 2.0' in told.stdout


def test_the_alerts_speak_of_figures_that_there_are(counted, db):
    beat()
    counted.get("/sante/vivant/")
    there = {name.partition("{")[0] for name in figures(counted)}
    rules = (used.BASE_DIR / "docs" / "alerts.yml").read_text()
    named = set(re.findall(r"\besr_\w+", rules))
    assert len(named) > 8
    assert named <= there
    for view in set(re.findall(r'view="(\w+)"', rules)):
        assert reverse(view, args=["00000000-0000-0000-0000-000000000000"])


# --- Alive and ready ------------------------------------------------------------------------------------------------


def test_alive_asks_nothing(client):
    """Without the fixture `db` a query fails."""
    assert (client.get("/sante/vivant/").status_code, client.get("/sante/vivant/").json()) == (200, {"status": "ok"})


def test_ready_asks_for_the_database_and_its_tables(client, db):
    assert client.get("/sante/pret/").json() == {"status": "ok", "database": "ok", "migrations": "ok", "cache": "ok"}
    with (
        mock.patch.object(health, "_migrated", False),
        mock.patch.object(health.MigrationExecutor, "migration_plan", return_value=["one"]),
    ):
        answer = client.get("/sante/pret/")
        assert (answer.status_code, answer.json()["migrations"]) == (503, "error")
    with mock.patch("esr.core.health.connection.cursor", side_effect=OperationalError("host db.internal")):
        answer = client.get("/sante/pret/")
    assert (answer.status_code, answer.json()["database"]) == (503, "error")
    assert "internal" not in answer.content.decode()


def test_a_cache_that_is_away_keeps_nobody_from_an_exam(client, db):
    with mock.patch("esr.core.health.cache.set", side_effect=ConnectionError):
        answer = client.get("/sante/pret/")
    assert (answer.status_code, answer.json()["cache"]) == (200, "away")
