"""E-mails wait in the database for a mail server that is away, slow or says no: no page waits, and none is lost."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from esr.core import mails, outbox
from esr.core.models import Mail
from tests.faults.mailer import serving

BODY = "Bonjour,\n\nUn secret : 8d1f-canari."


@pytest.fixture
def server(tmp_path, settings, db):
    settings.EMAIL_BACKEND = "esr.core.outbox.Backend"
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    with serving(tmp_path) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server


def send(subject: str = "Sujet", to: str = "ce@example.org") -> None:
    mails.message(subject=subject, body=BODY, to=[to]).send()


def now(**later):
    return timezone.now() + timedelta(**later)


def test_it_is_sent_once_by_a_worker_and_forgotten(server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send()
        assert server.letters == []
    (letter,) = server.letters
    assert b"Subject: Sujet" in letter
    assert b"To: ce@example.org" in letter
    assert b"text/html" in letter
    assert not Mail.objects.exists()
    assert outbox.send_due(now(hours=1)) == 0


def test_it_is_sent_only_if_what_it_tells_of_is_kept(server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert (server.letters, Mail.objects.count()) == ([], 0)


def test_a_copy_of_the_database_does_not_show_it(server):
    send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_mail")
        row = repr(cursor.fetchall())
    assert "canari" not in row
    assert "example.org" not in row


def test_a_server_that_hangs_costs_one_try_a_minute_and_no_page(server):
    server.behave("hang")
    began = time.monotonic()
    for n in range(5):
        send(f"Sujet {n}")
    assert time.monotonic() - began < 1  # the server's one second is not waited for
    assert outbox.send_due(now()) == 0
    began = time.monotonic()
    assert outbox.send_due(now(seconds=1)) == 0
    assert time.monotonic() - began < 1  # left in peace
    assert outbox.late_since() == Mail.objects.earliest("created_at").created_at
    server.behave("ok")
    assert outbox.send_due(now(minutes=1)) == 5
    assert [f"Sujet {n}".encode() in letter for n, letter in enumerate(server.letters)] == [True] * 5
    assert outbox.late_since() is None


def test_without_a_broker_it_waits_for_the_next_minute(server, django_capture_on_commit_callbacks, monkeypatch):
    def away(**options):
        raise ConnectionRefusedError

    monkeypatch.setattr("esr.core.tasks.send_mails.apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        send()
    assert outbox.send_due(now()) == 1


def test_one_that_is_refused_holds_up_no_other(server):
    send("Refusé")
    server.behave("never")
    assert outbox.send_due(now()) == 0
    assert not Mail.objects.exists()
    send("Plus tard")
    server.behave("later")
    assert outbox.send_due(now()) == 0
    assert Mail.objects.count() == 1
    assert outbox.late_since() is None  # the server is there: it does not want this one yet
    server.behave("ok")
    send("Suivant")
    assert outbox.send_due(now()) == 1
    assert outbox.send_due(now(minutes=6)) == 1
    assert [b"Suivant" in server.letters[0], b"Plus tard" in server.letters[1]] == [True, True]


def test_two_workers_do_not_send_the_same(server, monkeypatch):
    send()
    real = outbox._send

    def meanwhile(mail, connection):
        monkeypatch.setattr(outbox, "_send", real)
        assert outbox.send_due(timezone.now()) == 0
        return real(mail, connection)

    monkeypatch.setattr(outbox, "_send", meanwhile)
    assert outbox.send_due(now()) == 1
    assert len(server.letters) == 1


def test_what_could_not_leave_for_a_day_is_dropped(server, caplog):
    send()
    assert outbox.send_due(now(hours=24, seconds=1)) == 0
    assert (server.letters, Mail.objects.count()) == ([], 0)
    assert "could not be sent for a day" in caplog.text


def test_what_an_unknown_key_sealed_holds_up_no_other(server, settings, caplog):
    send("Perdu")
    settings.SECRET_KEY, former = "another-" + "x" * 50, settings.SECRET_KEY
    send("Suivant")
    assert outbox.send_due(now()) == 1
    assert "another SECRET_KEY" in caplog.text
    settings.SECRET_KEY_FALLBACKS = [former]
    assert outbox.send_due(now(minutes=6)) == 1
    assert mail.outbox == []
