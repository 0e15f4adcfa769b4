"""What the platform asks of SIECLE BEE, whichever way leads there: frozen records in, frozen records out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

# Pupils of one establishment; the biggest have about 4,000.
MAX_PUPILS = 10_000


class Refused(ValueError):
    """Nothing could be read, or nothing was taken: `messages` say why and what to do, in French."""

    def __init__(self, *messages: str):
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Pupil:
    """One pupil as the register has them. Texts are as they came: `reading` judges them, and names who is wrong.

    Telephone, mail, nationality, place of birth and family are personal data that no backend reads.
    """

    siecle_id: str  # ELEVE_ID; empty when the register was asked over the network
    ine: str
    last_name: str
    first_name: str
    birth_date: str  # 14/03/2013 or 2013-03-14
    sex: str  # 1, 2 or empty
    mef: str
    usage_name: str = ""
    national_mef: str = ""  # what Nomenclature.xml says that a local MEF stands for
    mefstat4: str = ""
    status: str = ""  # ST, AP, FQ…
    divisions: Sequence[str] = ()
    left_on: str = ""
    held: Collection[str] = ()  # attestations that the register knows of


@dataclass(frozen=True)
class Export:
    """All that was read of one establishment. `knows_held`: the register said which attestations pupils hold."""

    uai: str
    pupils: Sequence[Pupil]
    school_year: str = ""  # "2025" is 2025-2026
    knows_held: bool = False
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """One result for SIECLE BEE: `outcome` is admitted or failed, `day` the local day of the exam."""

    ine: str
    siecle_id: str
    attestation: str
    outcome: str
    day: date


@dataclass(frozen=True)
class Sent:
    """What became of the results: `refused` maps (INE, attestation) to the reason, in French."""

    refused: dict[tuple[str, str], str] = field(default_factory=dict)


Progress = Callable[[int, int], None]


class Gateway(Protocol):
    """One way to SIECLE BEE."""

    from_files: ClassVar[bool]  # the school brings the export; otherwise one button asks for it
    is_remote: ClassVar[bool]  # takes its time and may fail: asked by a worker, and results are sent

    def read(self, uai: str, files: Sequence[bytes], progress: Progress) -> Export:
        """The pupils of `uai`. Raises Refused."""

    def send(self, uai: str, year: int, results: Sequence[Result]) -> Sent:
        """Send results; all are taken but those that come back refused. Raises Refused when none was."""


def gateway() -> Gateway:
    """The gateway that the SIECLE_GATEWAY setting names."""
    return import_string(settings.SIECLE_GATEWAY)()
