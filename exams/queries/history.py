"""What happened in a sitting or a room, in order."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from establishments.enums import Role
from establishments.models import Establishment, User
from exams import protocol
from exams.enums import EventKind, FileOutcome, Reason
from exams.models import (
    Exam,
    Incident,
    Sitting,
    SittingEvent,
)


@dataclass(frozen=True)
class Entry:
    """One line of a sitting's « Historique ». `by` is whoever did it, `device` the number of the candidate's device."""

    at: datetime
    title: str
    detail: str = ""
    by: str = ""
    device: int | None = None


def timeline(sitting: Sitting) -> list[Entry]:
    """Everything that is known of a sitting, in order: its log, the answers as they came, the supervisor's notes.

    The log holds no names: those of accounts are looked up now. Four queries; `exam.establishment` must be loaded.
    """
    events = list(sitting.events.all())
    about = Q(sitting=sitting) | Q(sitting=None)
    incidents = list(sitting.exam.incidents.filter(about))
    names = authors(sitting.exam.establishment, {row.account for row in (*events, *incidents) if row.account})

    def by(row: SittingEvent | Incident) -> str:
        return names.get(row.account, "compte supprimé") if row.account else ""

    received = {q: response for q, response in sitting.responses.items() if response["o"] != protocol.TYPED}
    entries = [_reception(sitting, int(q), response) for q, response in received.items()]
    entries += [
        Entry(event.at, event.get_kind_display(), _event_detail(event), by(event), event.detail.get("epoch"))
        for event in events
    ]
    entries += [
        Entry(
            incident.at,
            f"Incident noté : {incident.get_category_display()}",
            " – ".join(filter(None, [incident.text, "" if incident.sitting_id else "toute la salle"])),
            by(incident),
        )
        for incident in incidents
    ]
    return sorted(entries, key=lambda entry: entry.at)


def room_incidents(exam: Exam) -> list[Entry]:
    """The supervisor's notes about the whole room, in order. Three queries."""
    incidents = list(exam.incidents.filter(sitting=None))
    names = authors(exam.establishment, {incident.account for incident in incidents if incident.account})
    return [Entry(i.at, i.get_category_display(), i.text, names.get(i.account, "compte supprimé")) for i in incidents]


def _reception(sitting: Sitting, number: int, response: dict) -> Entry:
    said = ["réponse définitive reçue" if response["f"] else "réponse provisoire reçue"]
    if response["l"]:
        said.append("hors délai")
    if response["o"] == protocol.FILE:
        said.append("par un fichier de résultat")
    at = datetime.fromtimestamp(response["at"] / 1000, UTC)
    position = sitting.order.index(number) + 1
    return Entry(at, f"Question {position} sur {sitting.total}", ", ".join(said), device=response["e"])


def _event_detail(event: SittingEvent) -> str:
    said = []
    if seconds := event.detail.get("seconds"):
        said.append(f"{seconds} s par question")
    if event.detail.get("room"):
        said.append("toute la salle")
    if event.kind == EventKind.TYPED:
        result = event.detail["result"]
        said.append(f"note {result}" if isinstance(result, int) else "absent" if result else "effacé")
    if event.kind == EventKind.RESCORED:
        said.append(f"de {event.detail['before']} à {event.detail['after']}")
    if reason := event.detail.get("reason"):
        said.append(Reason(reason).label if reason in Reason else reason)
    if cause := event.detail.get("cause"):
        said.append((FileOutcome(cause) if cause in FileOutcome else FileOutcome.UNREADABLE).label)
    if (answers := event.detail.get("answers")) is not None:
        said.append("1 réponse" if answers == 1 else f"{answers} réponses")
    return ", ".join(said)


def authors(establishment: Establishment, accounts: set[int]) -> dict[int, str]:
    """Account key → « Surveillant (0750655E-S) »: the role held here today, and the name of the account."""
    roles = dict(establishment.memberships.filter(user__in=accounts).values_list("user", "role"))
    names = User.objects.filter(pk__in=accounts).values_list("pk", "username")
    return {key: f"{Role(roles[key]).label} ({name})" if key in roles else name for key, name in names}
