"""What the law wants said of the service and only its operator knows: one TOML file, read once at the start.

Who publishes and who hosts (loi n° 2004-575 pour la confiance dans l’économie numérique), who answers for personal data
(RGPD, article 13), what an audit of accessibility found (loi n° 2005-102, article 47; arrêté du 20 septembre 2019).
`docs/legal.toml` is an example of the whole. Pure Python: no Django, no clock.
"""

import tomllib
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum

AUDIT_YEARS = 3  # how long a statement stands (arrêté du 20 septembre 2019, article 4)
PARTIAL_FROM = 50  # per cent of the criteria (same decree, annex)


class BadLegal(ValueError):
    """The file cannot be used; the message says where and why."""


class Conformity(StrEnum):
    """The three states of the decree, in its words."""

    NONE = "non conforme"
    PARTIAL = "partiellement conforme"
    FULL = "totalement conforme"


@dataclass(frozen=True)
class Publisher:
    """« L’éditeur », and who directs the publication: name and office."""

    name: str = ""
    address: str = ""
    phone: str = ""
    director: str = ""


@dataclass(frozen=True)
class Host:
    name: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class DataProtection:
    """Who answers for the data, whom to ask, and how long the operator keeps what is not the platform's to delete."""

    controller: str = ""
    officer: str = ""  # the « délégué à la protection des données »
    officer_email: str = ""
    officer_address: str = ""
    proxy_logs: str = ""  # « six mois »
    backups: str = ""  # « trente jours »


@dataclass(frozen=True)
class Audit:
    """An audit of accessibility: `rate` is the percentage of the criteria that are met, 0 to 100."""

    by: str
    on: date
    rate: float
    reference: str = "RGAA version 4.1"
    failures: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    burdens: tuple[str, ...] = ()  # « dérogations pour charge disproportionnée », each with its reason
    technologies: tuple[str, ...] = ("HTML5", "CSS", "JavaScript", "SVG")
    environments: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    def stands_on(self, day: date) -> bool:
        return (self.on.year + AUDIT_YEARS, self.on.month, self.on.day) > (day.year, day.month, day.day)


@dataclass(frozen=True)
class Legal:
    publisher: Publisher = field(default_factory=Publisher)
    host: Host = field(default_factory=Host)
    data_protection: DataProtection = field(default_factory=DataProtection)
    plan: str = ""  # address of the « schéma pluriannuel de mise en accessibilité »
    audit: Audit | None = None

    def missing(self) -> list[str]:
        """The keys without which the pages do not say what the law wants said."""
        wanted = {
            "publisher": (self.publisher, ("name", "address", "phone", "director")),
            "host": (self.host, ("name", "address", "phone")),
            "data_protection": (self.data_protection, ("controller", "officer_email", "proxy_logs", "backups")),
        }
        return [f"{part}.{key}" for part, (said, keys) in wanted.items() for key in keys if not getattr(said, key)]


def conformity(audit: Audit | None, today: date) -> Conformity:
    """Without an audit that still stands a service is « non conforme », whatever it is like."""
    if audit is None or not audit.stands_on(today) or audit.rate < PARTIAL_FROM:
        return Conformity.NONE
    return Conformity.FULL if audit.rate == 100 else Conformity.PARTIAL


_PARTS = {"publisher": Publisher, "host": Host, "data_protection": DataProtection}


def read_legal(text: str) -> Legal:
    """The file's content. Raises BadLegal."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLegal(str(error)) from error
    accessibility = tables.pop("accessibility", {})
    _known(tables, _PARTS, "")
    _known(_table(accessibility, "accessibility"), ("plan", "audit"), "accessibility.")
    parts = {name: _read(kind, tables.get(name, {}), name) for name, kind in _PARTS.items()}
    audit = accessibility.get("audit")
    return Legal(
        **parts,
        plan=_value(accessibility.get("plan", ""), str, "accessibility.plan"),
        audit=None if audit is None else _read_audit(audit),
    )


def _read_audit(table: object) -> Audit:
    name = "accessibility.audit"
    for key in ("by", "on", "rate"):
        if key not in _table(table, name):
            raise BadLegal(f"{name}.{key} is missing")
    audit = _read(Audit, table, name)
    if not 0 <= audit.rate <= 100:
        raise BadLegal(f"{name}.rate must be a percentage between 0 and 100")
    return audit


def _read(kind: type, table: object, name: str):
    """A dataclass from a table: every key known, every value of its field's type."""
    types = {column.name: column.type for column in fields(kind)}
    _known(_table(table, name), types, f"{name}.")
    return kind(**{key: _value(value, types[key], f"{name}.{key}") for key, value in table.items()})


def _table(value: object, name: str) -> dict:
    if not isinstance(value, dict):
        raise BadLegal(f"{name} must be a table, written [{name}]")
    return value


def _known(table: dict, names, prefix: str) -> None:
    for key in table:
        if key not in names:
            raise BadLegal(f"{prefix}{key} is not known; there are {', '.join(names)}")


def _value(value: object, kind: type, name: str):
    if kind is str and isinstance(value, str):
        return value.strip()
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind is date and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if kind == tuple[str, ...] and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(item.strip() for item in value)
    wanted = {str: "a text", float: "a number", date: "a day, like 2026-05-31"}.get(kind, "a list of texts")
    raise BadLegal(f"{name} must be {wanted}")
