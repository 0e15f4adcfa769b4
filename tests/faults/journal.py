"""What the platform acknowledged, and the judgement: does it hold all of it, as it was?"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.school import Row


@dataclass(frozen=True)
class Answer:
    """One change of one question, as a device sends it."""

    q: int
    epoch: int
    seq: int
    choices: str
    final: bool

    @property
    def version(self) -> tuple[int, int]:
        return self.epoch, self.seq

    def is_kept_by(self, there: Mapping) -> bool:
        """Whether a response of the database is this answer or a newer one, or the very same final answer."""
        newer = (there["e"], there["s"]) >= self.version
        return newer or (there["f"] and self.final and there["c"] == self.choices)


@dataclass(frozen=True)
class Receipt:
    """A device was told that all is registered; `held` is all that it held at that moment."""

    sitting: str
    receipt: str
    held: tuple[Answer, ...]


@dataclass(repr=False)
class Journal:
    """Appended to and synced to the disk before a device learns anything: the other side of the comparison."""

    path: Path
    acknowledgements: int = 0
    sent: dict[tuple[str, int, int, int], tuple[str, bool]] = field(default_factory=dict)
    acknowledged: dict[tuple[str, int], Answer] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    on_answer: Callable[[float], None] = lambda asked_at: None

    def __post_init__(self):
        self._file = self.path.open("a")

    def _append(self, **line) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fdatasync(self._file.fileno())

    def will_send(self, sitting: str, answer: Answer) -> None:
        self.sent[sitting, answer.q, *answer.version] = (answer.choices, answer.final)

    def acknowledge(self, sitting: str, answers: Iterable[Answer], asked_at: float) -> None:
        """`asked_at`: when the request left, on the monotonic clock."""
        answers = list(answers)
        self._append(sitting=sitting, answers=[[a.q, a.epoch, a.seq, a.choices, a.final] for a in answers])
        for answer in answers:
            self.acknowledgements += 1
            last = self.acknowledged.get((sitting, answer.q))
            if last is None or answer.version >= last.version:
                self.acknowledged[sitting, answer.q] = answer
        self.on_answer(asked_at)

    def receive(self, receipt: Receipt, asked_at: float) -> None:
        self._append(sitting=receipt.sitting, receipt=receipt.receipt, held=[[a.q, *a.version] for a in receipt.held])
        self.receipts.append(receipt)
        self.on_answer(asked_at)


@dataclass(frozen=True)
class Finding:
    """One broken promise. `kind`: LOST, STALE, WRONG or DUPLICATE."""

    kind: str
    sitting: str
    what: str


def judge_answers(
    acknowledged: Mapping[tuple[str, int], Answer],
    sent: Mapping[tuple[str, int, int, int], tuple[str, bool]],
    rows: Iterable[Row],
) -> list[Finding]:
    """Hold what was acknowledged before the rows were read against them.

    LOST: nothing is there. STALE: something older is there. WRONG: what is there is not what a device sent.
    """
    findings = []
    held = {row.sitting: row.responses for row in rows}
    for (sitting, q), answer in acknowledged.items():
        if sitting not in held:
            continue
        there = held[sitting].get(q)
        if there is None:
            findings.append(Finding("LOST", sitting, f"{answer} was acknowledged and is not there"))
        elif not answer.is_kept_by(there):
            findings.append(Finding("STALE", sitting, f"{answer} was acknowledged, {there} is there"))
    for sitting, responses in held.items():
        for q, there in responses.items():
            if sent.get((sitting, q, there["e"], there["s"])) != (there["c"], there["f"]):
                findings.append(Finding("WRONG", sitting, f"question {q}: {there} was sent by nobody"))
    return findings


def judge_sittings(receipts: Iterable[Receipt], rows: Iterable[Row], marks: Mapping[str, int]) -> list[Finding]:
    """Marks, receipts and the log, once everything is quiet. `marks`: worked out afresh from the rows' answers."""
    findings = []
    by_key = {row.sitting: row for row in rows}
    for row in by_key.values():
        if row.state == "closed" and row.mark != marks[row.sitting]:
            findings.append(Finding("WRONG", row.sitting, f"mark {row.mark}, its answers give {marks[row.sitting]}"))
        events = Counter(row.events)
        wanted = {
            "started": int(row.epoch > 0),
            "taken_over": max(0, row.epoch - 1),
            "closed": int(row.state == "closed"),
        }
        findings += [
            Finding("DUPLICATE", row.sitting, f"{events[kind]} events « {kind} » instead of {count}")
            for kind, count in wanted.items()
            if events[kind] != count
        ]
    for receipt in receipts:
        row = by_key[receipt.sitting]
        if row.state != "closed":
            findings.append(Finding("WRONG", row.sitting, f"a receipt, and the sitting is {row.state}"))
        elif receipt.receipt != row.receipt:
            findings.append(Finding("WRONG", row.sitting, f"receipt {receipt.receipt} instead of {row.receipt}"))
        for answer in receipt.held:
            there = row.responses.get(answer.q)
            if there is None or not answer.is_kept_by(there):
                findings.append(Finding("WRONG", row.sitting, f"a receipt without {answer}: {there} is there"))
    return findings
