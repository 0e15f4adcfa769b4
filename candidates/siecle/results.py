"""Results on their way to SIECLE BEE, in this project's own documented format: CSV, XML and JSON (docs/siecle.md).

No format of SIECLE's is public; this one has a version, and docs/siecle-export.xsd is the schema of its XML.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from candidates.siecle.gateway import Result
from esr.core import spreadsheets

FORMAT = "esr-resultats"
VERSION = 1
NAMESPACE = f"urn:{FORMAT}:{VERSION}"
OUTCOMES = {"admitted": "ADMIS", "failed": "ECHOUE"}
HEADER = ("Format", "UAI", "Session", "INE", "ELEVE_ID", "Attestation", "Résultat", "Date")


@dataclass(frozen=True)
class Batch:
    """The results of one export, made at the instant `made_at`: written again, it gives the same bytes."""

    uai: str
    year: int
    made_at: datetime
    results: Sequence[Result]

    @property
    def instant(self) -> str:
        """2026-03-14T16:44:05Z"""
        return self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_csv(batch: Batch) -> bytes:
    """One line a result; days as 14/03/2026."""
    name = f"{FORMAT}-{VERSION}"
    return spreadsheets.to_csv(
        HEADER,
        [
            (name, batch.uai, batch.year, r.ine, r.siecle_id, r.attestation, OUTCOMES[r.outcome], r.day)
            for r in batch.results
        ],
    )


def as_xml(batch: Batch) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}resultats", nsmap={None: NAMESPACE})
    root.set("version", str(VERSION))
    root.set("uai", batch.uai)
    root.set("session", str(batch.year))
    root.set("emisLe", batch.instant)
    for result in batch.results:
        element = etree.SubElement(root, f"{{{NAMESPACE}}}resultat")
        for name, value in _fields(result).items():
            if value:
                etree.SubElement(element, f"{{{NAMESPACE}}}{name}").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def as_json(batch: Batch) -> bytes:
    document = {
        "format": FORMAT,
        "version": VERSION,
        "uai": batch.uai,
        "session": batch.year,
        "emisLe": batch.instant,
        "resultats": [_fields(result) for result in batch.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _fields(result: Result) -> dict[str, str]:
    return {
        "ine": result.ine,
        "eleveId": result.siecle_id,
        "attestation": result.attestation,
        "resultat": OUTCOMES[result.outcome],
        "date": result.day.isoformat(),
    }


# Extension → how it is written, and its type.
WRITERS: dict[str, tuple[Callable[[Batch], bytes], str]] = {
    "csv": (as_csv, spreadsheets.CSV_TYPE),
    "xml": (as_xml, "application/xml"),
    "json": (as_json, "application/json"),
}
