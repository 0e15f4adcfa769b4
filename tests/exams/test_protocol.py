"""The pure rules of saving and finishing."""

import pytest

from exams import protocol
from exams.protocol import CLOSED, NOT_STARTED, RUNNING, Item, Response, Sitting


def sitting(state=RUNNING, epoch=1, questions=2, **responses):
    return Sitting(state, epoch, questions, {int(q[1:]): r for q, r in responses.items()})


def save(held, *items, epoch=1):
    return protocol.save(held, epoch, items, limit_ms=55_000, now_ms=7)


def test_a_newer_change_replaces_an_older_one():
    held = save(sitting(), Item(1, 1, "A", False), Item(1, 2, "B", False))
    assert held.responses == {1: Response("B", 1, 2, False, at=7)}


def test_an_older_change_arriving_late_is_acknowledged_and_ignored():
    held = save(sitting(q1=Response("B", 1, 5, False)), Item(1, 3, "A", False))
    assert held.responses[1].choices == "B"
    assert protocol.acknowledgement(held, [Item(1, 3, "A", False)]) == {1: 5}


def test_a_final_answer_stays():
    held = save(sitting(q1=Response("B", 1, 5, True)), Item(1, 6, "A", True))
    assert held.responses[1].choices == "B"
    assert protocol.acknowledgement(held, [Item(1, 6, "A", True)]) == {1: 6}


def test_a_new_device_starts_its_own_count():
    held = save(sitting(epoch=2, q1=Response("B", 1, 9, False)), Item(1, 1, "A", False), epoch=2)
    assert held.responses[1] == Response("A", 2, 1, False, at=7)


@pytest.mark.parametrize("epoch", [1, 3])
def test_another_epoch_is_refused(epoch):
    with pytest.raises(protocol.OldEpoch):
        save(sitting(epoch=2), Item(1, 1, "A", False), epoch=epoch)


@pytest.mark.parametrize("state", [NOT_STARTED, CLOSED])
def test_nothing_enters_a_sitting_that_is_not_running(state):
    with pytest.raises(protocol.Closed):
        save(sitting(state=state), Item(1, 1, "A", False))


def test_all_final_answers_close_the_sitting():
    held = save(sitting(q1=Response("B", 1, 5, True)), Item(2, 1, "", False))
    assert held.state == RUNNING
    assert save(held, Item(2, 2, "", True)).state == CLOSED


def test_late_answers_are_marked_and_kept():
    held = save(sitting(), Item(1, 1, "A", True, 55_000), Item(2, 1, "B", False, 55_001))
    assert [held.responses[q].late for q in (1, 2)] == [False, True]


def test_finish_needs_all_that_the_device_holds():
    held = sitting(q1=Response("A", 1, 2, False))
    assert protocol.finish(held, 1, {1: 2}).state == CLOSED
    assert protocol.finish(held, 1, {}).state == CLOSED
    with pytest.raises(protocol.Missing) as refusal:
        protocol.finish(held, 1, {1: 3, 2: 1})
    assert refusal.value.questions == [1, 2]


def test_a_repeated_finish_is_judged_by_the_same_rule():
    held = sitting(state=CLOSED, q1=Response("A", 1, 2, False))
    assert protocol.finish(held, 1, {1: 2}) == held
    with pytest.raises(protocol.Missing):
        protocol.finish(held, 1, {1: 3})


def test_an_answer_of_the_device_before_does_not_cover_a_claim():
    with pytest.raises(protocol.Missing):
        protocol.finish(sitting(epoch=2, q1=Response("A", 1, 9, False)), 2, {1: 1})


def test_finish_is_refused_to_another_device_and_before_the_start():
    with pytest.raises(protocol.OldEpoch):
        protocol.finish(sitting(epoch=2), 1, {})
    with pytest.raises(protocol.Closed):
        protocol.finish(sitting(state=NOT_STARTED), 1, {})


def item(**changes):
    return {"q": 1, "seq": 1, "choices": "A", "final": False, "t": 0} | changes


def test_items_are_read_in_one_form():
    assert protocol.parse_items([item(choices="CAC")], 20) == [Item(1, 1, "AC", False, 0)]


@pytest.mark.parametrize(
    "value",
    [
        None, {}, [], "x", [item()] * 41, [None], [[]],
        [item(q=0)], [item(q=21)], [item(q="1")], [item(q=True)], [item(q=1.0)],
        [item(seq=0)], [item(seq=-1)], [item(seq=10**7)], [item(seq=None)],
        [item(choices="a")], [item(choices="G")], [item(choices=None)], [item(choices=["A"])],
        [item(choices="ABCDEFA")],
        [item(choices="A\n")], [item(final=1)], [item(final=None)], [item(t=-1)], [item(t=10**10)], [item(t="0")],
    ],
)  # fmt: skip
def test_other_items_are_malformed(value):
    with pytest.raises(protocol.Malformed):
        protocol.parse_items(value, 20)


def test_the_claim_is_read_in_one_form():
    assert protocol.parse_held({"3": 2, "20": 1}, 20) == {3: 2, 20: 1}


@pytest.mark.parametrize(
    "value", [None, [], "x", {"0": 1}, {"21": 1}, {"a": 1}, {"²": 1}, {"1": 0}, {"1": "1"}, {"1": True}, {"0001": 1}]
)
def test_other_claims_are_malformed(value):
    with pytest.raises(protocol.Malformed):
        protocol.parse_held(value, 20)
