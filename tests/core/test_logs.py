"""The log tells what happened, and nothing of anybody."""

import json
import logging
import sys
from datetime import date

import pytest
from django.core.exceptions import DisallowedHost
from django.db import IntegrityError
from django.http import HttpRequest

from esr.core import keyring, logs

FORMATTER = logs.Formatter()


def line(message, *args, name="test", error=None, **extra) -> dict:
    info = None
    if error:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    record = logging.makeLogRecord(
        {"name": name, "msg": message, "args": args[0] if len(args) == 1 and isinstance(args[0], dict) else args,
         "levelname": "WARNING", "exc_info": info, **extra}
    )  # fmt: skip
    return json.loads(FORMATTER.format(record))


def test_a_record_is_one_line_whatever_is_in_it():
    text = FORMATTER.format(logging.makeLogRecord({"name": "test", "msg": "a\nb\r\x00\u2028{}", "levelname": "INFO"}))
    assert "\n" not in text
    assert "\r" not in text
    assert json.loads(text)["message"] == "a\nb\r\x00\u2028{}"
    assert json.loads(text)["at"].endswith("+00:00")


def test_an_error_is_told_by_type_and_place_without_its_words():
    told = line("it failed", error=IntegrityError("Key (identifier)=(120890177FA) already exists: Zqxcanari"))
    assert told["error"][0]["type"] == "django.db.utils.IntegrityError"
    assert told["error"][0]["at"][-1].startswith(__file__)
    assert "canari" not in json.dumps(told)
    assert "120890177FA" not in json.dumps(told)


def test_an_error_among_the_arguments_is_its_type():
    assert line("Refused: %s", ValueError("Zqxcanari"))["message"] == "Refused: ValueError"


def test_celery_s_words_of_a_failed_task_are_left_out():
    context = {"name": "esr.core.tasks.run_job", "id": "1", "exc": "ValueError('Zqxcanari')", "args": "('Zqxcanari',)"}
    assert line("Task %(name)s[%(id)s] raised: %(exc)s %(args)s", context)["message"] == (
        "Task esr.core.tasks.run_job[1] raised: … …"
    )


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("mail to canari@example.org failed", "mail to [e-mail] failed"),
        ("Invalid request from ip=192.0.2.7: x", "Invalid request from ip=[address]: x"),
        ("from 2001:db8::ff00:42:8329 came", "from [address] came"),
        ("version 1.2.3 at 10:15:00 took 1.5 s", "version 1.2.3 at 10:15:00 took 1.5 s"),
    ],
)
def test_what_a_library_writes_of_addresses_is_masked(message, masked):
    assert line(message)["message"] == masked


def test_bytes_that_are_no_request_are_not_repeated():
    said = "Invalid request from ip=192.0.2.7: Invalid HTTP request line: 'Zqxcanari'"
    assert line(said, name="gunicorn.error")["message"] == "Invalid request"


def test_a_refused_host_is_not_repeated():
    name, message = "django.security.DisallowedHost", "Invalid HTTP_HOST header: 'canari.example'"
    told = line(message, name=name, error=DisallowedHost(message))
    assert told["message"] == "DisallowedHost"
    assert "canari" not in json.dumps(told)


def test_of_a_request_the_route_is_told_and_no_address(db, client, caplog):
    client.get("/candidats/importer/12345/")
    client.get("/mot-de-passe/oublie/canari-secret/?q=Zqxcanari")
    client.get("/nulle-part/Zqxcanari/")
    texts = [FORMATTER.format(record) for record in caplog.records]
    assert [json.loads(text).get("route") for text in texts if "Not Found" in text] == ["(no such page)"]
    assert "canari" not in "".join(texts).lower()
    assert "127.0.0.1" not in "".join(texts)


def test_who_was_refused_is_told_by_a_pseudonym(db, supervisor_client, caplog):
    supervisor_client.get("/candidats/")
    (told,) = [json.loads(FORMATTER.format(record)) for record in caplog.records if "Forbidden" in record.getMessage()]
    account = supervisor_client.session["_auth_user_id"]
    assert told["who"] == logs.pseudonym("account", account)
    assert (told["status"], told["method"], told["route"]) == (403, "GET", "/candidats/")
    assert told["from"].startswith("address-")


def test_a_pseudonym_holds_for_its_key_and_no_longer(settings):
    year = date.today().year
    settings.LOG_KEYS = keyring.Keyring([logs.new_key(year)])
    first = logs.pseudonym("account", 12)
    assert first == logs.pseudonym("account", 12)
    assert len({first, logs.pseudonym("account", 13), logs.pseudonym("login", 12)}) == 3
    settings.LOG_KEYS = keyring.Keyring([logs.new_key(year)])
    assert logs.pseudonym("account", 12) != first
    settings.LOG_KEYS = keyring.Keyring([])
    assert logs.pseudonym("account", 12) == logs.pseudonym("account", 12)


def test_behind_the_proxy_the_address_is_the_one_the_proxy_saw(settings):
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1, 192.0.2.7"}
    settings.HTTPS = True
    assert logs.client_address(request) == "192.0.2.7"
    settings.HTTPS = False
    assert logs.client_address(request) == "10.0.0.9"
