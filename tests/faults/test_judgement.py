"""The judge of the fault harness finds each broken promise, and nothing in a day on which all were kept."""

from dataclasses import replace

import pytest

from tests.faults.journal import Answer, Journal, Receipt, judge_answers, judge_sittings
from tests.faults.school import Row

FIRST, SECOND = Answer(1, 1, 4, "A", True), Answer(2, 2, 3, "BC", False)
ROW = Row(
    sitting="s",
    state="closed",
    epoch=2,
    mark=1,
    receipt="ABCD-EFGH",
    responses={
        1: {"c": "A", "e": 1, "s": 4, "f": True},
        2: {"c": "BC", "e": 2, "s": 3, "f": False},
    },
    events=("started", "taken_over", "closed"),
)
ACKNOWLEDGED = {("s", 1): FIRST, ("s", 2): SECOND}
SENT = {("s", 1, 1, 4): ("A", True), ("s", 2, 2, 3): ("BC", False)}
RECEIPT = Receipt("s", "ABCD-EFGH", (FIRST, SECOND))


def with_response(q: int, **change) -> Row:
    return replace(ROW, responses={**ROW.responses, q: {**ROW.responses[q], **change}})


def kinds(findings) -> list[str]:
    return [finding.kind for finding in findings]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (ROW, []),
        (replace(ROW, responses={1: ROW.responses[1]}), ["LOST"]),
        (with_response(2, s=2, c=""), ["STALE", "WRONG"]),
        (with_response(2, e=1), ["STALE", "WRONG"]),
        (with_response(1, c="B"), ["WRONG"]),
        (with_response(1, f=False), ["WRONG"]),
    ],
)
def test_answers(row, found):
    assert kinds(judge_answers(ACKNOWLEDGED, SENT, [row])) == found


def test_what_was_sent_and_never_acknowledged_may_be_there_or_not():
    newer = with_response(2, s=4, c="A")
    assert judge_answers(ACKNOWLEDGED, {**SENT, ("s", 2, 2, 4): ("A", False)}, [newer]) == []


def test_a_final_answer_may_be_acknowledged_again_under_a_later_number():
    again = {**ACKNOWLEDGED, ("s", 1): replace(FIRST, seq=14)}
    assert judge_answers(again, SENT, [ROW]) == []
    other = {**ACKNOWLEDGED, ("s", 1): replace(FIRST, seq=14, choices="B")}
    assert kinds(judge_answers(other, SENT, [ROW])) == ["STALE"]


@pytest.mark.parametrize(
    ("row", "mark", "found"),
    [
        (ROW, 1, []),
        (ROW, 2, ["WRONG"]),
        (replace(ROW, state="running", mark=None, events=("started", "taken_over")), 1, ["WRONG"]),
        (replace(ROW, receipt="IJKL-MNOP"), 1, ["WRONG"]),
        (replace(ROW, responses={1: ROW.responses[1]}), 1, ["WRONG"]),
        (with_response(2, s=2), 1, ["WRONG"]),
        (replace(ROW, events=("started", "taken_over", "closed", "closed")), 1, ["DUPLICATE"]),
        (replace(ROW, events=("started", "started", "taken_over", "closed")), 1, ["DUPLICATE"]),
        (replace(ROW, events=("started", "closed")), 1, ["DUPLICATE"]),
    ],
)
def test_sittings(row, mark, found):
    assert kinds(judge_sittings([RECEIPT], [row], {"s": mark})) == found


def test_the_journal_keeps_the_newest_acknowledgement_on_the_disk_first(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.acknowledge("s", [FIRST, SECOND], 0)
    journal.acknowledge("s", [replace(SECOND, seq=2)], 0)
    journal.receive(RECEIPT, 0)
    assert journal.acknowledged == ACKNOWLEDGED
    assert journal.acknowledgements == 3
    assert (tmp_path / "journal.jsonl").read_text().splitlines() == [
        '{"sitting": "s", "answers": [[1, 1, 4, "A", true], [2, 2, 3, "BC", false]]}',
        '{"sitting": "s", "answers": [[2, 2, 2, "BC", false]]}',
        '{"sitting": "s", "receipt": "ABCD-EFGH", "held": [[1, 1, 4], [2, 2, 3]]}',
    ]
