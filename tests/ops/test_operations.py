"""docs/operations.md speaks of what there is, and the services that it hands out are well-formed."""

import re
import shutil
import subprocess

import pytest
from django.conf import settings
from django.core.management import get_commands

DOCS = settings.BASE_DIR / "docs"
TEXT = (DOCS / "operations.md").read_text()
SERVICES = sorted((DOCS / "systemd").glob("*.service"))


def test_what_it_names_is_there():
    for name in re.findall(r"`((?:docs|tests|esr)/[\w./-]+)`", TEXT):
        assert (settings.BASE_DIR / name).exists() or name == "docs/faults.md", name
    assert {f"`{path.name}`" for path in SERVICES} <= set(re.findall(r"`[\w-]+\.service`", TEXT))
    commands = get_commands()
    for name in re.findall(r"manage\.py (\w+)", TEXT):
        assert name in commands, name
    targets = (settings.BASE_DIR / "Makefile").read_text()
    for name in re.findall(r"`make (\w+)", TEXT):
        assert re.search(rf"^{name}:", targets, re.MULTILINE), name
    for name in re.findall(r"backup\.sh ([a-z-]+)", TEXT):
        assert f"\n{name})\n" in (DOCS / "backup.sh").read_text(), name


def test_every_alert_says_what_to_do():
    alerts = re.findall(r"alert: (\w+)", (DOCS / "alerts.yml").read_text())
    table = TEXT.partition("| alert | what to do |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\w+) \| \S", table, re.MULTILINE) == alerts


def test_every_month_has_its_line():
    months = "January February March April May July August September October November December".split()
    assert [month for month in months if f"\n| {month}" not in TEXT] == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.stem)
def test_a_service_starts_what_the_composition_starts(service):
    """The same programs with the same options as docker-compose.yml."""
    text = service.read_text()
    started = re.search(r"^ExecStart=(?:/opt/esr/\.venv/bin/)?(.*)$", text, re.MULTILINE).group(1)
    if "backup.sh" not in started:
        assert started in (settings.BASE_DIR / "docker-compose.yml").read_text()
        assert "NoNewPrivileges=yes" in text
    if shutil.which("systemd-analyze"):
        said = subprocess.run(["systemd-analyze", "verify", service], capture_output=True, text=True, check=False)
        faults = [line for line in said.stderr.splitlines() if service.name in line and "not executable" not in line]
        assert faults == []


def test_the_proxy_asks_what_says_ready_and_keeps_figures_in():
    proxy = (DOCS / "Caddyfile").read_text()
    assert "health_uri /sante/pret/" in proxy
    assert "health_timeout 10s" in proxy  # a server that is slow in a rush stays
    assert re.search(r"handle /mesures/\* \{\s+respond 404", proxy)
