"""The bill of materials and the inventory of data say what is, and go stale nowhere."""

import json
import re
from importlib import metadata

import pytest
from django.conf import settings

from esr.ops import inventory, sbom

LOCK = settings.BASE_DIR / "requirements" / "base.txt"
PROJECT = settings.BASE_DIR / "pyproject.toml"
HASH = "a" * 64


def test_the_bill_is_that_of_the_lock_file():
    document = json.loads(sbom.bill(LOCK, PROJECT))
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", document["serialNumber"])
    lines = [line for line in LOCK.read_text().splitlines() if line and not line.startswith((" ", "#"))]
    assert len(document["components"]) == len(lines)
    named = {component["name"]: component for component in document["components"]}
    assert {"django", "cryptography", "psycopg-binary"} <= named.keys()
    for component in document["components"]:
        assert component["purl"] == component["bom-ref"] == f"pkg:pypi/{component['name']}@{component['version']}"
        assert all(re.fullmatch("[0-9a-f]{64}", each["content"]) for each in component["hashes"])
    assert document["dependencies"][0]["dependsOn"] == [component["purl"] for component in document["components"]]
    assert len([component for component in document["components"] if component.get("licenses")]) > len(lines) * 0.8


def test_the_same_lock_file_gives_the_same_bill():
    assert sbom.bill(LOCK, PROJECT) == sbom.bill(LOCK, PROJECT)


def test_what_is_installed_is_what_the_bill_says():
    """Every package of the lock file that is here, is here in that version."""
    versions = {re.sub(r"[-_.]+", "-", each.name).lower(): each.version for each in metadata.distributions()}
    assert versions
    differ = {
        pin.name: (pin.version, versions[pin.name])
        for pin in sbom.read_lock(LOCK.read_text())
        if pin.name in versions and versions[pin.name] != pin.version
    }
    assert differ == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"django>=5 --hash=sha256:{HASH}\n", "line 1: « django>=5 » is not pinned"),
        (f"a==1 \\\n    --hash=sha256:{HASH}\nb==2\n", "line 3: b has no hash"),
        ("git+https://example.org/x\n", "is not pinned"),
    ],
)
def test_a_lock_file_that_promises_nothing_is_refused(text, said):
    with pytest.raises(sbom.BadLock, match=re.escape(said)):
        sbom.read_lock(text)


def test_a_lock_file_is_read_with_its_extras_markers_and_remarks():
    text = f'# remark\nPsycopg_Binary[c]==3.1 ; python_version < "4" \\\n    --hash=sha256:{HASH}\n\n'
    assert sbom.read_lock(text) == [sbom.Pin("psycopg-binary", "3.1", (HASH,))]


# --- Inventory --------------------------------------------------------------------------------------------------------


def test_the_document_holds_the_inventory_of_today():
    """When this fails: `manage.py inventory --write`, then read the document again."""
    text = (settings.BASE_DIR / "docs" / "homologation.md").read_text()
    assert inventory.renewed(text) == text


def test_every_table_says_whose_data_it_holds():
    assert set(inventory.PERSONAL) == {table.label for table in inventory.tables()}
    assert set(inventory.FRAMEWORK) == set(inventory.foreign_tables())


def test_the_fields_that_are_named_are_there():
    """The names in PERSONAL are those of fields: one that was renamed is noticed."""
    for table in inventory.tables():
        for part in re.findall(r": ([a-z_, ]+)", table.personal):
            for name in part.split(","):
                words = name.split()
                assert len(words) != 1 or words[0] in table.fields, (table.label, name)


def test_what_is_of_a_candidate_is_purged():
    kept = [table.label for table in inventory.tables() if "candidat" in table.personal and "purgée" not in table.fate]
    assert kept == []


def test_a_document_without_its_part_is_refused():
    with pytest.raises(ValueError, match="no part between"):
        inventory.renewed("# Homologation\n")
