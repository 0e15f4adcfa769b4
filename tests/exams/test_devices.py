"""What is answered before Django's handler is what its views answer; everything else goes on to them."""

import io
import json

import pytest
from django.db import DataError, NotSupportedError, connection
from django.urls import reverse
from django.utils import timezone

from esr.core.statements import one_row
from exams import actions, devices
from exams.devices import Devices
from exams.models import Sitting
from tests.exams.conftest import TOKEN
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class Behind:
    """The application behind: answers with nothing, and remembers that it was asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, environ, start_response):
        self.asked += 1
        start_response("200 OK", [])
        return []


class Device:
    """Asks by WSGI, as a server does."""

    def __init__(self):
        self.behind = Behind()
        self.application = Devices(self.behind)

    def ask(self, path, body=None, method="POST", **more) -> tuple[int, dict, dict[str, str]]:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": io.BytesIO(sent),
            "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
            **more,
        }
        said = []
        answer = b"".join(self.application(environ, lambda status, headers: said.append((status, dict(headers)))))
        (status, headers) = said[0]
        return int(status.split()[0]), json.loads(answer or "{}"), headers


@pytest.fixture
def device(request, monkeypatch):
    if "transaction" not in request.node.get_closest_marker("django_db").kwargs:
        # As Django's own client does: the test's transaction would be taken for one that somebody forgot.
        monkeypatch.setattr(devices, "close_old_connections", lambda: None)
    return Device()


@pytest.fixture
def begun(sitting):
    return actions.start_sitting(sitting=sitting, token=TOKEN, now=timezone.now())


def item(q=3, seq=1, final=False):
    return {"q": q, "seq": seq, "choices": "A", "final": final, "t": 900}


SAVE = {"epoch": 1, "items": [item()]}
ASKED = {
    "a save": ("sitting_save", SAVE, {}),
    "the last answers": ("sitting_save", {"epoch": 1, "items": [item(q, 1, True) for q in range(1, 21)]}, {}),
    "no items": ("sitting_save", {"epoch": 1, "items": []}, {}),
    "no JSON": ("sitting_save", b"{", {}),
    "nothing": ("sitting_save", b"", {}),
    "a list": ("sitting_save", [], {}),
    "too long": ("sitting_save", b" " * 33_000 + json.dumps(SAVE).encode(), {}),
    "another device's epoch": ("sitting_save", {**SAVE, "epoch": 2}, {}),
    "another token": ("sitting_save", SAVE, {"HTTP_AUTHORIZATION": "Bearer " + "u" * 43}),
    "a token that is none": ("sitting_save", SAVE, {"HTTP_AUTHORIZATION": "Bearer é"}),
    "no token": ("sitting_save", SAVE, {"HTTP_AUTHORIZATION": ""}),
    "a finish too early": ("sitting_finish", {"epoch": 1, "held": {"3": 1}}, {}),
    "a return": ("sitting_resume", {}, {}),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_answers_what_the_views_answer(client, device, begun, name, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    view, body, more = ASKED[name]
    before = Sitting.objects.filter(pk=begun.pk).values()[0]
    status, data, _ = device.ask(reverse(view, args=[begun.pk]), body, **more)
    stored = Sitting.objects.filter(pk=begun.pk).values()[0]
    Sitting.objects.filter(pk=begun.pk).update(**before)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}", **more}
    sent = body if isinstance(body, bytes) else json.dumps(body)
    response = client.post(reverse(view, args=[begun.pk]), sent, content_type="application/json", **headers)
    assert (status, data) == (response.status_code, response.json())
    assert stored == Sitting.objects.filter(pk=begun.pk).values()[0]
    assert device.behind.asked == 0


def test_a_sitting_that_is_not_there(client, device, begun):
    key = "00000000-0000-0000-0000-000000000000"
    assert device.ask(reverse("sitting_save", args=[key]), SAVE)[:2] == (401, {"error": "token"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/examen/passation/{}/reponses/"),
        ("POST", "/examen/passation/{}/reponses"),
        ("POST", "/examen/passation/{}/reponses/\n"),
        ("POST", "/examen/passation/{}/autre/"),
        ("POST", "/examen/passation/commencer/"),
        ("POST", "/examen/signal/1/"),
        ("GET", "/examen/signal/" + "1" * 30 + "/"),
        ("GET", "/examen/signal/١/"),
        ("GET", "/"),
    ],
)
def test_everything_else_goes_on(device, begun, method, path):
    device.ask(path.format(begun.pk), SAVE, method)
    assert device.behind.asked == 1


def test_what_the_middleware_leads_elsewhere_goes_on(device, begun, settings):
    path = reverse("sitting_save", args=[begun.pk])
    settings.ADMIN_HOST = "admin.example.org"
    device.ask(path, SAVE, HTTP_HOST="admin.example.org:8000")
    settings.ADMIN_HOST, settings.HTTPS = "", True
    device.ask(path, SAVE)
    assert device.behind.asked == 2
    assert device.ask(path, SAVE, HTTP_X_FORWARDED_PROTO="https")[0] == 200


def test_its_headers_are_those_of_every_answer(client, device, begun):
    headers = device.ask(reverse("sitting_save", args=[begun.pk]), SAVE)[2]
    said = client.post(reverse("sitting_save", args=[begun.pk]), "", content_type="application/json").headers
    for name in ("Permissions-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Content-Type-Options"):
        assert headers[name] == said[name]
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Type"] == "application/json"
    assert "Set-Cookie" not in headers


def test_it_says_https_to_browsers(settings):
    settings.SECURE_SSL_REDIRECT = settings.HTTPS = True
    settings.SECURE_PROXY_SSL_HEADER, settings.SECURE_HSTS_SECONDS = ("HTTP_X_FORWARDED_PROTO", "https"), 9
    assert dict(devices._headers())["Strict-Transport-Security"].startswith("max-age=9")


def test_the_length_is_said_so_that_the_connection_stays_open(device, begun):
    _, data, headers = device.ask(reverse("sitting_save", args=[begun.pk]), SAVE)
    assert int(headers["Content-Length"]) == len(json.dumps(data))


def test_a_signal_is_asked_of_the_database_once_a_second(device, sitting, monkeypatch, django_assert_num_queries):
    path, now = reverse("exam_signal", args=[sitting.exam_id]), [100.0]
    monkeypatch.setattr(devices.time, "monotonic", lambda: now[0])

    def signal():
        status, data, headers = device.ask(path, b"", "GET")
        assert (status, headers["Cache-Control"]) == (200, "max-age=2, public")
        return data["signal"]

    assert signal() == 0
    actions.pause(exam=sitting.exam, by=UserFactory(), now=sitting.exam.starts_at)
    with django_assert_num_queries(0):
        assert signal() == 0
    now[0] += devices.SIGNAL_KNOWN
    with django_assert_num_queries(1):
        assert signal() == 1
    assert device.behind.asked == 0


def test_signals_are_not_kept_without_end(device, monkeypatch):
    monkeypatch.setattr(devices, "KEPT_SIGNALS", 2)
    for exam in range(5):
        device.ask(reverse("exam_signal", args=[exam]), b"", "GET")
    assert len(device.application._signals) <= 3


@pytest.mark.parametrize(
    ("error", "status"), [(connection.Database.OperationalError("gone"), 503), (ValueError(), 500)]
)
def test_whatever_breaks_makes_the_device_try_again(device, begun, monkeypatch, error, status):
    def broken(*args):
        with connection.wrap_database_errors:
            raise error

    monkeypatch.setattr(devices.delivery, "standing", broken)
    monkeypatch.setattr(devices.queries, "signal", broken)
    for path, method in ((reverse("sitting_save", args=[begun.pk]), "POST"), ("/examen/signal/1/", "GET")):
        said, data, headers = device.ask(path, SAVE, method)
        assert (said, data, headers["Cache-Control"]) == (status, {"error": "failed"}, "private, no-store")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_made_again(device, begun):
    path = reverse("sitting_save", args=[begun.pk])
    assert device.ask(path, SAVE)[0] == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ended = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [ended])
    other.close()
    assert device.ask(path, {"epoch": 1, "items": [item(seq=2)]})[1]["ack"] == {"3": 2}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_statement_that_the_database_refuses_is_an_error_of_the_database(begun):
    with pytest.raises(DataError):
        one_row("SELECT 1 / CAST(%s AS integer)", [0])
    assert one_row("SELECT 1 + CAST(%s AS integer)", [1]) == ("2",)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_plan_that_a_migration_made_void_is_made_again(device, begun):
    def asked():
        return one_row("SELECT answer_ms FROM exams_sitting WHERE id = %s", [begun.pk])

    def altered(kind):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE exams_sitting ALTER COLUMN answer_ms TYPE {kind}")

    before = asked()
    altered("bigint")
    try:
        with pytest.raises(NotSupportedError):
            asked()
        assert asked() == before
    finally:
        altered("integer")
