"""What the operator says of the service: a file that is whole, or that says what is wrong with it."""

from datetime import date

import pytest
from django.conf import settings

from esr.core.legal import Audit, BadLegal, Conformity, Legal, conformity, read_legal

DAY = date(2026, 6, 1)
AUDIT = """
[accessibility]
plan = "https://example.org/schema"
[accessibility.audit]
by = "Société d’exemple"
on = 2026-05-31
rate = 71.4
failures = ["Une image sans texte."]
"""


@pytest.mark.parametrize(
    ("rate", "on", "state"),
    [
        (0, DAY, Conformity.NONE),
        (49.9, DAY, Conformity.NONE),
        (50, DAY, Conformity.PARTIAL),
        (99.9, DAY, Conformity.PARTIAL),
        (100, DAY, Conformity.FULL),
        (100, date(2023, 6, 2), Conformity.FULL),  # its last day
        (100, date(2023, 6, 1), Conformity.NONE),
    ],
)
def test_the_rate_decides_for_three_years(rate, on, state):
    assert conformity(Audit(by="X", on=on, rate=rate), DAY) == state


def test_an_audit_of_29_february_stands_to_the_end_of_february():
    audit = Audit(by="X", on=date(2024, 2, 29), rate=100)
    assert audit.stands_on(date(2027, 2, 28))
    assert not audit.stands_on(date(2027, 3, 1))


def test_without_an_audit_nothing_conforms():
    assert conformity(None, DAY) == Conformity.NONE


def test_an_empty_file_lacks_everything():
    legal = read_legal("")
    assert legal == Legal()
    assert legal.missing()[0] == "publisher.name"
    assert len(legal.missing()) == 11


def test_the_example_is_whole_with_and_without_its_audit():
    text = (settings.BASE_DIR / "docs" / "legal.toml").read_text()
    assert read_legal(text).missing() == []
    before, heading, after = text.partition("# [accessibility.audit]\n")
    audit = "\n".join(line.removeprefix("# ") for line in (heading + after).splitlines())
    assert read_legal(before + audit).audit.rate == 71.4


def test_an_audit_is_read():
    legal = read_legal(AUDIT)
    assert legal.plan == "https://example.org/schema"
    assert (legal.audit.on, legal.audit.failures) == (date(2026, 5, 31), ("Une image sans texte.",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[editeur]", "editeur is not known; there are publisher, host, data_protection"),
        ("[publisher]\nnom = 'X'", "publisher.nom is not known"),
        ("[host]\nphone = 33", "host.phone must be a text"),
        ("host = 'X'", "host must be a table"),
        ("accessibility = 3", "accessibility must be a table"),
        ("[accessibility]\naudits = 3", "accessibility.audits is not known"),
        ("[accessibility]\naudit = 3", "accessibility.audit must be a table"),
        (AUDIT.replace("rate = 71.4\n", ""), "accessibility.audit.rate is missing"),
        (AUDIT.replace("71.4", "171.4"), "between 0 and 100"),
        (AUDIT.replace("71.4", "true"), "accessibility.audit.rate must be a number"),
        (AUDIT.replace("2026-05-31", "2026-05-31T10:00:00"), "accessibility.audit.on must be a day"),
        (AUDIT.replace('["Une image sans texte."]', "[3]"), "accessibility.audit.failures must be a list of texts"),
        ("[publisher", "at end of document"),
    ],
)
def test_what_is_wrong_is_named(text, said):
    with pytest.raises(BadLegal, match=said):
        read_legal(text)
