"""What a supervisor goes through before an exam, as far as the platform knows it."""

from dataclasses import dataclass

from candidates.models import Candidate
from exams.models import Exam


@dataclass(frozen=True)
class Checklist:
    """How many are registered, are in the room (called, or begun) and have begun; `extra_time` are the candidates with
    tiers-temps, each with its number on the attendance sheet."""

    registered: int
    arrived: int
    begun: int
    extra_time: list[tuple[int, Candidate]]

    @property
    def is_called(self) -> bool:
        return self.arrived > 0

    @property
    def all_begun(self) -> bool:
        """Everybody who came has begun."""
        return 0 < self.begun == self.arrived


def checklist(exam: Exam) -> Checklist:
    """One query. The numbers are those that the attendance sheet prints: the candidates by name."""
    sittings = list(exam.sittings.select_related("candidate").defer("responses", "order"))
    return Checklist(
        registered=len(sittings),
        arrived=sum(sitting.present or sitting.epoch > 0 for sitting in sittings),
        begun=sum(sitting.epoch > 0 for sitting in sittings),
        extra_time=[
            (number, sitting.candidate)
            for number, sitting in enumerate(sittings, start=1)
            if sitting.candidate.extra_time
        ],
    )
