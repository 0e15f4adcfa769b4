"""docs/security.md and the files of deployment say what is so."""

import ast
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from candidates import resources
from candidates.siecle import file as siecle_file
from esr import settings as own
from esr.core import spreadsheets
from exams import forms, rules, sealing
from exams.bank import package
from exams.views import delivery

ROOT = settings.BASE_DIR
SECURITY = (ROOT / "docs" / "security.md").read_text()
HOMOLOGATION = (ROOT / "docs" / "homologation.md").read_text()

# The requirements of levels 1 and 2, by section: "1.2" → those numbers. Facts of the standard, version 5.0.0.
LEVELS_1_AND_2 = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1-1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1-1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1-1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1-1", "11.6": "1-1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1-1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1-1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1-1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip


def required() -> list[str]:
    found = []
    for section, numbers in LEVELS_1_AND_2.items():
        first, last = map(int, numbers.split("-"))
        found += [f"{section}.{number}" for number in range(first, last + 1)]
    return found


def rows(document: str, columns: int) -> list[list[str]]:
    """Cells of every table row with that many columns, without headings."""
    found = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in document.splitlines() if line[:1] == "|"
    ]
    return [row for row in found if len(row) == columns and not set(row[0]) <= set("-|")]


def asvs(document: str) -> list[list[str]]:
    return [row for row in rows(document, 5) if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]


def existing_tests() -> set[str]:
    """Every test function that pytest collects, as path::name."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return found


NAMED = re.compile(r"`(tests/[\w/]+\.py::\w+)`")


def faults(document: str) -> list[str]:
    """What is wrong with the table of a document."""
    table, known, found = asvs(document), existing_tests(), []
    counted = Counter(row[0] for row in table)
    found += [f"{number} stands {count} times" for number, count in counted.items() if count > 1]
    found += [f"{number} is missing" for number in required() if number not in counted]
    found += [f"{number} is none of levels 1 and 2" for number in counted if number not in required()]
    for number, subject, where, test, state in table:
        named = NAMED.findall(test)
        kind, _, reason = state.partition(": ")
        if not subject or kind not in ("met", "not applicable", "open"):
            found.append(f"{number} says nothing")
        if kind == "met" and (not named or reason or where == "–"):
            found.append(f"{number} is met, and by no test or nowhere")
        if kind != "met" and len(reason) < 5:
            found.append(f"{number} gives no reason")
        found += [f"{number} names {each}, which is no test" for each in named if each not in known]
    return found


def test_the_table_is_whole_and_names_tests_that_exist():
    assert len(required()) == 253
    assert faults(SECURITY) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: re.sub(r"\| 3\.4\.1 .*\n", "", text), "3.4.1 is missing"),
        (lambda text: re.sub(r"(\| 3\.4\.1 .*\n)", r"\1\1", text), "3.4.1 stands 2 times"),
        (lambda text: text.replace("::test_transport_of_production", "::test_nothing"), "which is no test"),
        (lambda text: re.sub(r"(\| 3\.4\.1 .*)\| `tests.*\|", r"\1| – | met |", text), "by no test"),
        (lambda text: re.sub(r"(\| 4\.3\.1 .*)\| not.*\|", r"\1| open |", text), "gives no reason"),
    ],
)
def test_a_table_that_is_not_is_noticed(change, found):
    assert change(SECURITY) != SECURITY
    assert [fault for fault in faults(change(SECURITY)) if found in fault]


def test_every_test_that_the_document_names_exists():
    named = set(NAMED.findall(SECURITY))
    assert len(named) > 120
    assert named - existing_tests() == set()


def test_every_threat_has_a_defence_and_a_test():
    section = SECURITY.partition("\n## Threats\n")[2].partition("\n## ")[0]
    threats = [row for row in rows(section, 4) if row[0] != "actor"]
    assert len(threats) > 20
    assert [row for row in threats if not all(row) or not NAMED.search(row[3])] == []


def _number(value: int) -> str:
    return f"{value:,}"


def test_the_documented_limits_are_those_of_the_code():
    section = SECURITY.partition("\n## Limits\n")[2].partition("\n## ")[0]
    limits = dict(rows(section, 2))
    numbers = {
        "wrong exam codes": [rules.CODE_TRIES.tries],
        "wrong exam numbers": [rules.NUMBER_TRIES.tries],
        "session": [own.SESSION_COOKIE_AGE, own.SESSION_IDLE_AGE, own.ADMIN_IDLE_AGE],
        "posted fields, files": [
            own.DATA_UPLOAD_MAX_NUMBER_FIELDS, own.DATA_UPLOAD_MAX_NUMBER_FILES, own.DATA_UPLOAD_MAX_MEMORY_SIZE,
        ],
        "list of candidates": [resources.MAX_BYTES],
        "SIECLE export": [siecle_file.MAX_UPLOAD],
        "workbook, unpacked": [spreadsheets.MAX_UNZIPPED, spreadsheets.MAX_PARTS],
        "result file": [sealing.MAX_BYTES, forms.MAX_RESULT_FILES],
        "request of the player": [delivery.MAX_BODY],
        "bank package": [package.MAX_FILE, package.MAX_UNZIPPED, package.MAX_ENTRIES],
    }  # fmt: skip
    for name, values in numbers.items():
        said = re.findall(r"\d[\d,]*", limits[name])
        assert [_number(value) for value in values if _number(value) not in said] == [], name
    for name, limit in (("wrong exam codes", rules.CODE_TRIES), ("wrong exam numbers", rules.NUMBER_TRIES)):
        assert limits[name].startswith(f"{limit.tries} in {limit.window.seconds // 60} minutes")
    assert own.ACCOUNT_RATE_LIMITS["login_failed"] == "10/5m/key"
    assert limits["wrong passwords"].startswith("10 in 5 minutes")


def test_every_event_of_the_log_is_documented():
    section = SECURITY.partition("\n## Log\n")[2].partition("\n## ")[0]
    sent = set()
    for path in ROOT.glob("*/**/*.py"):
        if path.parts[len(ROOT.parts)] not in ("tests", ".venv", "var"):
            sent |= set(re.findall(r'logs\.event\(\s*"(\w+)"', path.read_text()))
    assert len(sent) > 8
    assert [name for name in sent if not re.search(rf"\b{name}\b", section)] == []


def test_the_inventory_of_cryptography_names_what_the_code_uses():
    section = SECURITY.partition("\n## Keys and cryptography\n")[2].partition("\n## ")[0]
    for path in ROOT.glob("*/**/*.py"):
        where = path.relative_to(ROOT).as_posix()
        if where.startswith(("tests/", ".venv/", "var/")) or "/migrations/" in where:
            continue
        source = path.read_text()
        if re.search(r"^from cryptography|^import (hmac|jwt)\b", source, re.MULTILINE):
            assert where in section, where
        for name in re.findall(r"ciphers\.aead import (\w+)", source):
            assert name in section, name


# --- Deployment -------------------------------------------------------------------------------------------------------

COMPOSE = (ROOT / "docker-compose.yml").read_text()
CADDY = (ROOT / "docs" / "Caddyfile").read_text()


def test_the_services_of_the_settings_are_in_the_architecture():
    architecture = HOMOLOGATION.partition("\n## Architecture\n")[2].partition("\n## ")[0]
    for name in ("SITE_URL", "ADMIN_HOST", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ACADEMIC_ISSUER",
                 "EDUCONNECT_ISSUER", "SIECLE_GATEWAY"):  # fmt: skip
        assert f"`{name}`" in architecture, name


def test_no_password_stands_in_the_deployment_files():
    for name in (".env.example", "docker-compose.yml", "Dockerfile"):
        for line in (ROOT / name).read_text().splitlines():
            setting = re.match(r"\s*-?\s*(\w*(?:SECRET|PASSWORD|KEY|KEYS|URL)\w*)\s*[:=]\s*(\S+)", line)
            if not setting or setting[1].endswith("_FILE"):
                continue
            assert not re.search(r"SECRET|PASSWORD|KEY", setting[1]), line
            address = urlsplit(setting[2])
            assert not address.password, line
    for secret in ("SECRET_KEY", "DATABASE_URL", "SEAL_KEYS", "ATTESTATION_KEYS", "LOG_KEYS"):
        assert re.search(rf"^\s+{secret}_FILE: /(run/secrets|keys)/", COMPOSE, re.MULTILINE), secret


def test_containers_run_without_privileges():
    platform = COMPOSE.partition("x-platform:")[2].partition("\nservices:")[0]
    assert "cap_drop:\n    - ALL" in platform
    assert "no-new-privileges:true" in platform
    assert re.findall(r"^USER (\w+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1] == "esr"
    assert "privileged" not in COMPOSE


def test_source_control_is_not_in_the_image():
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "secrets", "keys", "var", "tests"} <= set(left_out)


def test_the_proxy_lists_no_folder():
    assert "file_server" in CADDY
    assert "browse" not in CADDY
    assert {root.strip() for root in re.findall(r"root \* (.*)", CADDY)} == {
        "{$DATA:/data}/static",
        "{$DATA:/data}/media/bank",
    }


def test_the_proxy_speaks_to_the_web_servers_only():
    """And to the bucket of the bank's public media, if there is one, without anybody's cookies."""
    assert set(re.findall(r"reverse_proxy (.*) \{", CADDY)) == {"{$WEB:web:8000}", "{$MEDIA_ORIGIN:http://127.0.0.1:9}"}
    bucket = CADDY.partition("reverse_proxy {$MEDIA_ORIGIN")[2].partition("\n\t}")[0]
    assert "header_up -Cookie" in bucket
    assert "header_up -Authorization" in bucket


def test_the_proxy_s_log_names_nobody():
    for field in ("remote_ip", "client_ip", "uri", "headers"):
        assert f"request>{field} delete" in CADDY
    assert not re.search(r"^\s*output file", CADDY, re.MULTILINE)


def test_the_log_goes_to_one_place():
    for logging in (own.LOGGING, __import__("esr.serving", fromlist=["x"]).logconfig_dict):
        assert {handler["class"] for handler in logging["handlers"].values()} == {"logging.StreamHandler"}
        assert {handler["formatter"] for handler in logging["handlers"].values()} == {"json"}
    assert __import__("esr.serving", fromlist=["x"]).accesslog is None
    assert "--config python:esr.serving" in COMPOSE


def test_the_audit_is_a_command():
    makefile = (ROOT / "Makefile").read_text()
    audit = makefile.partition("\naudit:")[2].partition("\n\n")[0]
    for lock in ("base", "dev"):
        assert f"--strict --require-hashes --disable-pip --requirement requirements/{lock}.txt" in audit
    assert "hash=sha256:" in (ROOT / "requirements" / "audit.txt").read_text()
    assert "within two days" in SECURITY
