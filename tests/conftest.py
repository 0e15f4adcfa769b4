"""Fixtures, and a test client that refuses what must never happen on any page."""

import os
import re
import time
from contextlib import suppress
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client, TransactionTestCase
from playwright.sync_api import sync_playwright

from esr.core import broker
from establishments.auth import SecondFactorAdapter
from establishments.enums import Role
from establishments.models import SessionDates
from exams.queries import player
from tests.browser import CHROMIUM, make_short_media
from tests.factories import EstablishmentFactory, MembershipFactory, UserFactory

# Of the telephones of the tests' administrators.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# Signing in, and the sliding of a session, are no writes of a page's own.
_HOUSEKEEPING = re.compile(r'"(django_session|establishments_user)"')
_INLINE = [
    (re.compile(rb"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE), "an inline script"),
    (re.compile(rb"<style\b", re.IGNORECASE), "an inline style sheet"),
    (re.compile(rb"<[a-z][^>]*\sstyle=", re.IGNORECASE), "a style attribute"),
    (re.compile(rb"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE), "an event attribute"),
    (re.compile(rb"\{\{|\{%|\{#"), "template syntax"),
    (re.compile(rb"&lt;(bound method|function|built-in)|object at 0x|QuerySet \["), "a Python object"),
]


class StrictClient(Client):
    """Fails a GET that writes, and a page with inline code or template syntax in it."""

    def request(self, **request):
        if request.get("REQUEST_METHOD") != "GET":
            return self._checked(super().request(**request))
        writes = []

        def watch(execute, sql, params, many, context):
            if _WRITES.match(sql) and not _HOUSEKEEPING.search(sql):
                writes.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            response = super().request(**request)
        assert not writes, f"GET {request['PATH_INFO']} wrote to the database: {writes}"
        return self._checked(response)

    def _checked(self, response):
        page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if page:
            for pattern, what in _INLINE:
                found = pattern.search(response.content)
                assert not found, f"{response.wsgi_request.path} contains {what}: {found.group()[:80]!r}"
        return response


@pytest.fixture
def client():
    return StrictClient()


@pytest.fixture(autouse=True)
def _media_of_its_own(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOB_FILES_ROOT = tmp_path / "jobs"
    settings.FOOTAGE_ROOT = tmp_path / "footage"
    settings.BANK_IMPORTS_ROOT = tmp_path / "bank-imports"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    player._known.clear()
    broker._away_until = 0.0


@pytest.fixture(autouse=True, scope="session")
def _emptied_all_the_same():
    """A request that a closed browser has left behind may still hold a table when all are emptied: empty them again."""
    empty = TransactionTestCase._fixture_teardown

    def persistently(case):
        for _ in range(5):
            with suppress(CommandError):
                return empty(case)
            time.sleep(1)
        return empty(case)

    TransactionTestCase._fixture_teardown = persistently
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Ends the sessions that are still open when the database is to go: a thread of the live server keeps its own until
    Chromium gives up the connection, and what ran within Playwright's loop has one that nobody sees from outside."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture
def establishment(db):
    return EstablishmentFactory(name="Collège des Mimosas", identifier="0750655E")


@pytest.fixture
def other_establishment(db):
    return EstablishmentFactory(name="Lycée du Volcan", identifier="9740999T", time_zone="Indian/Reunion", academy="28")


def _signed_in(establishment, role):
    client = StrictClient()
    client.force_login(MembershipFactory(establishment=establishment, role=role).user)
    return client


@pytest.fixture
def head_client(establishment):
    return _signed_in(establishment, Role.HEAD)


@pytest.fixture
def supervisor_client(establishment):
    return _signed_in(establishment, Role.SUPERVISOR)


@pytest.fixture
def other_head_client(other_establishment):
    return _signed_in(other_establishment, Role.HEAD)


def administrator(**fields) -> StrictClient:
    """Somebody of the administration who has given their telephone's code in this session."""
    user = UserFactory(is_staff=True, **fields)
    Authenticator.objects.create(user=user, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)})
    client = StrictClient()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    client.user = user
    return client


@pytest.fixture
def admin_client(db):
    return administrator(is_superuser=True)


@pytest.fixture
def open_calendar(db):
    """Exams may be planned any day of this year and the next, whatever day the tests run."""
    this_year = date.today().year
    for year in (this_year, this_year + 1):
        SessionDates.objects.create(category="EN", year=year, opens_on=date(year, 1, 1), closes_on=date(year, 12, 31))


# --- Chromium ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium():
    """Playwright's Chromium. Its loop runs in the tests' thread, where Django would take each query for a mistake."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(chromium):
    browser = chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def short_media(tmp_path_factory):
    """A folder with a video and voices of a third of a second, so that an exam takes seconds."""
    return make_short_media(tmp_path_factory.mktemp("media"))


def pytest_report_header():
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"database: {engine} · broker: {'redis' if settings.REDIS_URL else 'eager'}"
