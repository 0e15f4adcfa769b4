"""A part of the platform that is away or full: 503, in French, with when to come back; a defect stays a 500."""

import errno
from html.parser import HTMLParser
from unittest import mock

import psycopg.errors
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, InternalError, OperationalError, ProgrammingError
from django.template.loader import render_to_string
from django.test import Client

from esr.core.breakdown import breakdown


def caused(error: Exception, cause: Exception) -> Exception:
    """As Django wraps what psycopg raises."""
    error.__cause__ = cause
    return error


AWAY = [
    OperationalError("consuming input failed: server closed the connection unexpectedly"),
    InterfaceError("connection already closed"),
    caused(OperationalError("canceling statement due to lock timeout"), psycopg.errors.LockNotAvailable()),
    caused(InternalError("cannot execute INSERT"), psycopg.errors.ReadOnlySqlTransaction()),
    caused(ValueError("while that was handled"), OperationalError("gone")),
]
FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    caused(OperationalError("could not extend file"), psycopg.errors.DiskFull()),
    OperationalError("database or disk is full"),
]
DEFECTS = [
    ZeroDivisionError(),
    OSError(errno.EACCES, "Permission denied"),
    caused(ProgrammingError("no such column"), psycopg.errors.UndefinedColumn()),
    InternalError("something else"),
    None,
]


@pytest.mark.parametrize(
    ("error", "what"),
    [(e, "away") for e in AWAY] + [(e, "full") for e in FULL] + [(e, "") for e in DEFECTS],
    ids=repr,
)
def test_what_an_error_comes_from(error, what):
    assert breakdown(error) == what


class _Text(HTMLParser):
    text = ""

    def handle_data(self, data):
        self.text += data


def text_of(response) -> str:
    parser = _Text()
    parser.feed(response.content.decode())
    return " ".join(parser.text.split())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (AWAY[0], "Tout ce qui était enregistré l’est toujours. Ce que vous veniez d’envoyer ne l’est peut-être pas"),
        (FULL[0], "Ce que vous veniez d’envoyer n’est pas enregistré. Tout ce qui l’était auparavant est intact."),
    ],
    ids=["away", "full"],
)
@pytest.mark.parametrize(
    "where", ["establishments.views.public.oidc.is_open", "django.contrib.sessions.backends.db.SessionStore.load"]
)
def test_people_are_told_what_is_lost_and_what_to_do(db, settings, error, said, where):
    """Whether a view stumbles or what stands around it; without a database, a session or the list of static files."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    with mock.patch(where, side_effect=error):
        response = client.get("/login")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert said in text_of(response)
    assert settings.BRAND_CONTACT in text_of(response)
    assert "réponses déjà données restent sur cet appareil" in text_of(response)
    assert str(error) not in response.content.decode()
    assert "Content-Security-Policy" in response


@pytest.mark.parametrize("when", ["receive_data_chunk", "file_complete"])
def test_of_an_upload_that_finds_no_room_nothing_stays(db, settings, tmp_path, when):
    """And all of it is read: a browser that still sends would not see the page."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    client = Client(raise_request_exception=False)
    file = SimpleUploadedFile("liste.csv", b"x" * 4_000_000)
    with mock.patch(f"esr.core.uploads.TemporaryFileUploadHandler.{when}", side_effect=FULL[0]):
        response = client.post("/login", {"file": file})
    assert response.status_code == 503
    assert "La plateforme n’a plus de place pour enregistrer" in text_of(response)
    assert list(tmp_path.iterdir()) == []
    assert len(response.wsgi_request._stream.read(1000)) < 100


def test_a_defect_is_not_called_an_interruption(db):
    client = Client(raise_request_exception=False)
    with mock.patch("establishments.views.public.oidc.is_open", side_effect=ProgrammingError("no such column")):
        response = client.get("/login")
    assert response.status_code == 500
    assert response.content.decode() == render_to_string("500.html")
    assert "Retry-After" not in response
