"""The pure rules of entering, saving, finishing and restoring."""

from dataclasses import replace

import pytest

from exams import protocol
from exams.protocol import CLOSED, FILE, LIVE, NOT_STARTED, RUNNING, VOID, Item, Response, Sitting


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


def test_a_claim_ends_nothing_the_last_final_answer_does():
    held = sitting(q1=Response("A", 1, 2, True), q2=Response("A", 1, 2, False))
    for claim in ({}, {1: 2, 2: 2}):
        with pytest.raises(protocol.Missing) as refusal:
            protocol.finish(held, 1, claim)
        assert refusal.value.questions == [2]


def test_finish_needs_all_that_the_device_holds():
    held = sitting(state=CLOSED, q1=Response("A", 1, 2, False))
    for _ in range(2):  # a repeat is judged by the same rule
        protocol.finish(held, 1, {1: 2})
        with pytest.raises(protocol.Missing) as refusal:
            protocol.finish(held, 1, {1: 3, 2: 1})
        assert refusal.value.questions == [1, 2]


def test_a_final_answer_out_of_a_file_settles_the_claim_of_its_own_device_only():
    held = sitting(state=CLOSED, epoch=2, q1=Response("A", 2, 1, True, source=FILE), q2=Response("A", 2, 1, True))
    protocol.finish(held, 2, {1: 4, 2: 4})
    held = sitting(state=CLOSED, epoch=2, q1=Response("A", 1, 9, True, source=FILE), q2=Response("A", 1, 9, True))
    with pytest.raises(protocol.Missing) as refusal:
        protocol.finish(held, 2, {1: 1, 2: 1})
    assert refusal.value.questions == [1]


def test_an_answer_of_the_device_before_does_not_cover_a_claim():
    with pytest.raises(protocol.Missing):
        protocol.finish(sitting(epoch=2, q1=Response("A", 1, 9, False)), 2, {1: 1})


def test_finish_is_refused_to_another_device_and_before_the_start():
    with pytest.raises(protocol.OldEpoch):
        protocol.finish(sitting(epoch=2), 1, {})
    with pytest.raises(protocol.Closed):
        protocol.finish(sitting(state=NOT_STARTED), 1, {})


# --- Devices, files, decisions ----------------------------------------------------------------------------------------


def test_the_first_device_begins_and_the_same_one_again_changes_nothing():
    begun = protocol.enter(sitting(state=NOT_STARTED, epoch=0), same_device=False, takeover_allowed=False)
    assert (begun.state, begun.epoch) == (RUNNING, 1)
    for state in (RUNNING, CLOSED, VOID):
        again = sitting(state=state)
        assert protocol.enter(again, same_device=True, takeover_allowed=False) == again


def test_another_device_needs_a_permission_and_has_the_next_epoch():
    with pytest.raises(protocol.Elsewhere):
        protocol.enter(sitting(), same_device=False, takeover_allowed=False)
    taken = protocol.enter(sitting(q1=Response("A", 1, 2, True)), same_device=False, takeover_allowed=True)
    assert taken == sitting(epoch=2, q1=Response("A", 1, 2, True))
    for state in (CLOSED, VOID):
        with pytest.raises(protocol.Closed):
            protocol.enter(sitting(state=state), same_device=False, takeover_allowed=True)


def restore(held, *items, epoch=1):
    return protocol.restore(held, epoch, items, limit_ms=55_000, now_ms=7)


def test_a_file_brings_what_is_newer():
    held = sitting(q1=Response("A", 1, 5, False))
    after = restore(held, Item(1, 4, "B", False), Item(2, 3, "C", False))
    assert after == sitting(q1=Response("A", 1, 5, False), q2=Response("C", 1, 3, False, at=7, source=FILE))


def test_a_file_never_replaces_a_final_answer_that_was_sent():
    held = sitting(q1=Response("A", 1, 5, True))
    after = restore(held, Item(1, 99, "B", True), Item(2, 1, "B", False))
    assert after.responses[1] == held.responses[1]


def test_a_file_with_the_last_final_answers_closes_the_sitting():
    assert restore(sitting(q1=Response("A", 1, 5, True)), Item(2, 1, "", True)).state == CLOSED


def test_a_final_answer_out_of_a_file_that_arrives_after_all_is_a_sent_one():
    held = restore(sitting(), Item(1, 5, "A", True))
    assert held.responses[1].source == FILE
    sent = save(held, Item(1, 5, "A", True))
    assert sent.responses[1].source == LIVE
    with pytest.raises(protocol.AlreadyHandled):
        restore(sent, Item(1, 5, "A", True))
    later = replace(sent, epoch=2)
    assert save(later, Item(1, 1, "B", True), epoch=2) == later


def test_an_answer_out_of_a_file_gives_way_to_a_later_device():
    held = replace(restore(sitting(), Item(1, 5, "A", True)), epoch=2)
    assert save(held, Item(1, 1, "B", False), epoch=2).responses[1] == Response("B", 2, 1, False, at=7)


@pytest.mark.parametrize(
    ("held", "epoch", "refusal"),
    [
        (sitting(state=NOT_STARTED, epoch=0), 1, protocol.NeverStarted),
        (sitting(), 2, protocol.OldEpoch),
        (sitting(state=VOID), 1, protocol.Closed),
        (sitting(state=CLOSED), 1, protocol.Closed),
        (sitting(state=CLOSED, q1=Response("A", 1, 1, True)), 1, protocol.AlreadyHandled),
        (sitting(q1=Response("B", 1, 2, False)), 1, protocol.AlreadyHandled),
        (sitting(epoch=2, q1=Response("B", 2, 1, False)), 1, protocol.AlreadyHandled),
    ],
)
def test_a_file_is_refused(held, epoch, refusal):
    with pytest.raises(refusal):
        restore(held, Item(1, 1, "A", True), epoch=epoch)


def test_the_school_grades_as_it_stands_only_what_runs():
    assert protocol.grade_as_it_stands(sitting()) == sitting(state=CLOSED)
    for state in (NOT_STARTED, CLOSED, VOID):
        with pytest.raises(protocol.Closed):
            protocol.grade_as_it_stands(sitting(state=state))


@pytest.mark.parametrize("held", [sitting(q1=Response("A", 1, 5, True)), sitting(state=NOT_STARTED, epoch=0)])
def test_lifting_a_technical_absence_gives_back_what_was(held):
    absent = protocol.declare_void(held)
    assert absent == replace(held, state=VOID)
    assert protocol.lift_void(absent) == held
    with pytest.raises(protocol.Closed):
        protocol.lift_void(held)
    for state in (VOID, CLOSED):
        with pytest.raises(protocol.Closed):
            protocol.declare_void(replace(held, state=state))


# --- What arrives -----------------------------------------------------------------------------------------------------


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
