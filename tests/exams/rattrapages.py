"""What may happen to one candidate's exams of an attestation in a year, in any order, beside a memory of its own.

`History` does each step with the platform's actions and remembers what the candidate has had, also of exams that were
deleted since. After each step it compares: `Broken` says which promise of handbook 9 was not kept.
"""

from dataclasses import dataclass
from datetime import timedelta

from exams import actions, protocol, queries, rules
from exams.models import Exam, Sitting
from tests.exams.conftest import TOKEN

STEPS = (
    "plan", "plan on paper", "later", "sit", "begin", "restore", "grade", "void", "lift", "type", "neutralise", "delete"
)  # fmt: skip


class Broken(Exception):
    """A promise was broken; its name."""


@dataclass
class Had:
    """One exam as it was last known."""

    kind: str
    starts_at: object
    ends_at: object
    rattrapage: bool
    state: str = "not_started"
    mark: int | None = None
    deleted: bool = False

    def is_over(self, now) -> bool:
        return now >= self.ends_at

    def was_sat(self) -> bool:
        return self.state in ("closed", "running")

    def was_missed(self, now) -> bool:
        never_came = self.state == "not_started" and self.kind == "exam" and self.is_over(now)
        return never_came or self.state == "absent"


class History:
    def __init__(self, candidate, by, now):
        self.candidate, self.by, self.now = candidate, by, now
        self.had: dict[int, Had] = {}
        self.done: list[str] = []

    def run(self, steps) -> None:
        """Do `steps`, (name, number) each; what is refused is refused, and nothing is left of it. Raises Broken."""
        for name, number in steps:
            try:
                getattr(self, name.replace(" ", "_"))(number)
                self.done.append(name)
            except (
                actions.NotAllowed,
                protocol.Closed,
                protocol.NeverStarted,
                protocol.AlreadyHandled,
                protocol.OldEpoch,
            ):
                pass
            self._look()
            self._check()

    def exams(self) -> list[Exam]:
        return list(Exam.objects.order_by("pk").select_related("establishment"))

    def _sitting(self, number) -> Sitting:
        exams = self.exams()
        if not exams:
            raise actions.NotAllowed
        return exams[number % len(exams)].sittings.select_related("exam__establishment").get()

    def _look(self) -> None:
        for sitting in Sitting.objects.select_related("exam"):
            exam = sitting.exam
            self.had[exam.pk] = Had(
                exam.kind, exam.starts_at, exam.ends_at, sitting.rattrapage, sitting.state, sitting.mark
            )

    # --- Steps --------------------------------------------------------------------------------------------------------

    def plan(self, number, kind="exam"):
        exam = actions.create_exam(
            establishment=self.candidate.establishment, kind=kind, attestation="ASSR1", name=f"Examen {number}",
            starts_at=self.now + timedelta(hours=1), candidates=[self.candidate], now=self.now,
        )  # fmt: skip
        self._check_planned(exam.sittings.get().rattrapage)

    def plan_on_paper(self, number):
        self.plan(number, kind="offline")

    def later(self, number):
        """Into the middle of an exam that was just planned, or past its end."""
        self.now += timedelta(hours=2 + 3 * (number % 2))

    def begin(self, number):
        sitting = self._sitting(number)
        if sitting.exam.is_offline:
            raise actions.NotAllowed
        actions.start_sitting(sitting=sitting, token=TOKEN, now=self.now)

    def _answers(self, sitting, number):
        right = (3, 9, 10, 15)[number % 4]
        key = actions.answer_key(sitting.exam)
        return [
            protocol.Item(q, 5, letters if q <= right else "", True)
            for q, letters in sorted(key.items())
            if letters is not None
        ]

    def sit(self, number):
        self.begin(number)
        sitting = self._sitting(number)
        items = self._answers(sitting, number)
        actions.save_answers(sitting=sitting, epoch=sitting.epoch, items=items, now=self.now)

    def restore(self, number):
        sitting = self._sitting(number)
        items = self._answers(sitting, number)
        actions.restore_sitting(sitting=sitting, epoch=1, items=items, by=self.by, now=self.now, reason="network")

    def grade(self, number):
        actions.grade_as_it_stands(sitting=self._sitting(number), reason="network", by=self.by, now=self.now)

    def void(self, number):
        actions.declare_technical_absence(sitting=self._sitting(number), reason="power", by=self.by, now=self.now)

    def lift(self, number):
        actions.lift_technical_absence(sitting=self._sitting(number), by=self.by, now=self.now)

    def type(self, number):
        sitting = self._sitting(number)
        if sitting.state == "void":
            raise actions.NotAllowed  # the page has no field for them
        result = (4, 12, actions.ABSENT, None)[number % 4]
        actions.type_results(exam=sitting.exam, results={sitting.pk: result}, by=self.by, now=self.now)

    def neutralise(self, number):
        exam = self._sitting(number).exam
        row = exam.exam_questions.filter(neutralised_at=None).order_by("-number").first()
        actions.neutralise(exam_question=row, reason="panneau illisible", by=self.by, now=self.now)

    def delete(self, number):
        exam = self._sitting(number).exam
        actions.delete_exam(exam=exam, now=self.now)
        self.had[exam.pk].deleted = True

    # --- Promises -----------------------------------------------------------------------------------------------------

    def _check_planned(self, is_rattrapage: bool) -> None:
        """Of an exam that was just planned, beside all that was before it."""
        before = [had for had in self.had.values() if had.state != "void"]
        if any(had.mark is not None and had.mark >= rules.PASS_MARK for had in before):
            raise Broken("an exam for who is admitted")
        if any(had.rattrapage and (had.was_sat() or had.was_missed(self.now) or not had.deleted) for had in before):
            raise Broken("an exam after the rattrapage")
        if not is_rattrapage and any(had.was_sat() for had in before):
            raise Broken("a second main exam")
        if is_rattrapage and not any(had.was_sat() or had.was_missed(self.now) for had in before):
            raise Broken("a rattrapage for no reason")

    def _check(self) -> None:
        """Of what stands in the database now."""
        counted = Sitting.objects.exclude(state="void").select_related("exam")
        flags = [sitting.rattrapage for sitting in sorted(counted, key=lambda s: s.exam.starts_at)]
        if flags not in ([], [False], [True], [False, True]):
            raise Broken("more than a main exam and a rattrapage")
        admitted = any(had.mark is not None and had.mark >= rules.PASS_MARK for had in self.had.values())
        planned = [s.pk for s in counted.planned_rattrapages(self.now)]
        told = [one.sitting.pk for one in queries.misplaced(Sitting.objects.all(), self.now) if one.is_admitted]
        if admitted and planned != told:
            raise Broken("a pointless rattrapage that is not told")
