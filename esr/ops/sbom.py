"""The bill of materials: what the platform is made of, from the hashed lock file, as CycloneDX 1.6 JSON.

The lock file is what is installed (`--require-hashes`), with every transitive dependency. The same lock file gives the
same bytes: no clock, no random number, so that two bills can be compared.
"""

import hashlib
import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

SPECIFICATION = "1.6"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class BadLock(ValueError):
    """The lock file cannot be trusted as the list of what is installed; the message says where."""


@dataclass(frozen=True)
class Pin:
    """One package of the lock file, with the SHA-256 of each file that may be installed for it."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> list[Pin]:
    """The packages of a lock file, by name. Raises BadLock for a line that is not pinned or has no hash."""
    pins = []
    for number, line in _logical_lines(text):
        found = _PIN.match(line)
        if not found:
            raise BadLock(f"line {number}: « {line.split()[0]} » is not pinned to one version")
        hashes = tuple(_HASH.findall(line))
        if not hashes:
            raise BadLock(f"line {number}: {found['name']} has no hash")
        name = re.sub(r"[-_.]+", "-", found["name"]).lower()
        pins.append(Pin(name, found["version"], hashes))
    return sorted(pins, key=lambda pin: pin.name)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of each requirement, whose hashes stand on continued lines."""
    whole, began = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.split(" #")[0].strip()
        if line.startswith("#") or not line:
            continue
        began = began or number
        whole += line.removesuffix("\\") + " "
        if not line.endswith("\\"):
            yield began, whole.strip()
            whole, began = "", 0


def licence(name: str) -> str:
    """What the installed package says of its licence, as SPDX where it does; empty when it is not installed."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := about.get("License-Expression"):
        return expression
    classifiers = about.get_all("Classifier") or []
    named = [line.rsplit(" :: ", 1)[-1] for line in classifiers if line.startswith("License :: OSI Approved :: ")]
    short = about.get("License") or ""
    return " / ".join(named) or (short if len(short) < 60 and "\n" not in short else "")


def bill(lock: Path, project: Path) -> str:
    """The CycloneDX JSON of a lock file; `project` is the pyproject.toml of what is made of it. Raises BadLock."""
    text = lock.read_text()
    about = tomllib.loads(project.read_text())["project"]
    root = f"pkg:generic/{about['name']}@{about['version']}"
    pins = read_lock(text)
    document = {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPECIFICATION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": about["name"],
                "version": about["version"],
                "description": about["description"],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(pin) for pin in pins],
        "dependencies": [{"ref": root, "dependsOn": [pin.purl for pin in pins]}],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _component(pin: Pin) -> dict:
    component = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.purl,
        "scope": "required",
        "hashes": [{"alg": "SHA-256", "content": content} for content in pin.hashes],
    }
    if name := licence(pin.name):
        component["licenses"] = [{"license": {"name": name}}]
    return component
