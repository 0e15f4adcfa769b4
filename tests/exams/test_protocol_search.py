"""The promises of delivery, in every history of two questions and two devices (see histories.py).

- kept: what was acknowledged is still there, in that version or a newer one; a final answer that was sent stays;
- true: a page that shows « bien enregistrés » finds on the platform every answer it gave;
- shut: a closed sitting never changes;
- alone: only the device let in last, a result file or a decision of the school ends a sitting, with all its questions;
- live wins: a result file replaces neither a final answer that was sent nor a newer one;
- void: nothing enters a technical absence, and lifting it gives back what was;
- never started: nothing but a device that is let in begins a sitting;
- refused wrongly: nobody is turned away whose sitting goes on, or whose every answer is there;
- stuck: from every state, the device let in last comes to « bien enregistrés » or to an explicit refusal.

Defects seeded into the rules, or into what a page believes, must each be found: else the search proves nothing.
"""

from dataclasses import replace

import pytest

from exams import protocol
from exams.protocol import CLOSED, LIVE, NOT_STARTED, RUNNING, VOID, Item, Response, Sitting
from tests.exams.histories import (
    CRASH,
    GRADED,
    LIFTED,
    PLAY,
    SHUT,
    TAKEOVER,
    VOIDED,
    Answer,
    Broken,
    Device,
    Rules,
    Search,
    Thing,
    fate,
)

PEOPLE = VOIDED | LIFTED | GRADED
ALL = PEOPLE | TAKEOVER | CRASH

FRESH = Device(0, 0, 1, PLAY)
ENDED = Answer(2, "00", True)

# A state to begin with: the server, the devices, what has already happened, what is on its way.
BEGUN = (Sitting(RUNNING, 1, 2), (FRESH,), 0, ())
# No device ever began, and there is a file all the same.
NOT_BEGUN = (
    Sitting(NOT_STARTED, 0, 2), (), 0, (Thing("file", epoch=1, content=(Item(1, 2, "00", True), Item(2, 1, "", True))),)
)  # fmt: skip
# The first question is done and registered.
HALFWAY = (
    Sitting(RUNNING, 1, 2, {1: Response("00", 1, 2, True)}), (Device(0, 0, 1, PLAY, (ENDED, Answer())),), 0, ()
)  # fmt: skip
# The first device had ended both questions, unheard, when a second one was let in.
TAKEN_OVER = (
    Sitting(RUNNING, 2, 2), (Device(0, 0, 1, PLAY, (ENDED, ENDED)), Device(1, 0, 2, "begin")), TAKEOVER, ()
)  # fmt: skip
# The page took a technical absence for the end, and it has been lifted since.
LIFTED_ABSENCE = (
    Sitting(RUNNING, 1, 2, {1: Response("00", 1, 1, False)}), (Device(0, 0, 1, SHUT, (Answer(1, "00"), Answer())),),
    VOIDED | LIFTED, (),
)  # fmt: skip


def searched(beginning, budget, depth, rules=None, *, reduced=True):
    """(states, steps, promise broken in the last of them or None, the search); ends when nothing new is to be seen."""
    sitting, devices, spent, things = beginning
    search = Search(rules or Rules(), budget=budget, reduced=reduced)
    states = steps = 0
    try:
        for level in search.levels(search.start(sitting, *devices, spent=spent, things=things), depth):
            states, steps = states + len(level), steps + 1
            if not level:
                break
    except Broken as broken:
        return states, steps, str(broken), search
    return states, steps - 1, None, search


WITHOUT_END = 100  # steps: the search must come to its end before


@pytest.mark.parametrize(
    ("beginning", "budget", "depth", "least"),
    [
        pytest.param(BEGUN, PEOPLE, WITHOUT_END, 1_000, id="one device, the school's decisions: all histories"),
        pytest.param(BEGUN, CRASH, WITHOUT_END, 90_000, id="one device that crashes: all histories"),
        pytest.param(BEGUN, TAKEOVER | PEOPLE, 12, 50_000, id="two devices, the school's decisions"),
        pytest.param(BEGUN, TAKEOVER | CRASH, 9, 50_000, id="two devices, one crashes"),
        pytest.param(BEGUN, ALL, 8, 50_000, id="everything"),
        pytest.param(NOT_BEGUN, VOIDED | LIFTED, WITHOUT_END, 3, id="a sitting that no device began"),
        pytest.param(HALFWAY, ALL, 8, 20_000, id="halfway"),
        pytest.param(TAKEN_OVER, PEOPLE, 12, 5_000, id="taken over"),
        pytest.param(LIFTED_ABSENCE, TAKEOVER | CRASH, 9, 1_000, id="after a technical absence"),
    ],
)
def test_no_history_breaks_a_promise(beginning, budget, depth, least):
    states, steps, promise, search = searched(beginning, budget, depth)
    print(f"{states} states in {steps} steps")
    assert promise is None
    assert states >= least  # the search did look around
    assert steps < WITHOUT_END
    for server, device, _ in search.believed:
        sitting, page = search.server_of[server], search.device_of[device]
        assert page.epoch != sitting.epoch or fate(sitting, page, search.rules), (sitting, page)


# --- The reductions hide nothing -------------------------------------------------------------------------------------


def seen_by(search, beginning, depth):
    """After each number of steps, the (sitting, devices, spent) that were seen so far, each with its mirror image."""
    sitting, devices, spent, things = beginning
    seen = set()
    for level in search.levels(search.start(sitting, *devices, spent=spent, things=things), depth):
        for (server, first, second, now_spent), _ in level:
            for mirrored in (False, True):
                numbers = search.mirror(server, first, second) if mirrored else (server, first, second)
                seen.add((*search.named(*numbers), now_spent))
        yield set(seen)


@pytest.mark.parametrize("beginning", [BEGUN, HALFWAY, TAKEN_OVER], ids=["begun", "halfway", "taken over"])
def test_whatever_the_plain_search_sees_the_reduced_one_sees_in_as_many_steps(beginning):
    plain = seen_by(Search(Rules(), reduced=False), beginning, 4)
    reduced = seen_by(Search(Rules()), beginning, 4)
    for steps, (theirs, ours) in enumerate(zip(plain, reduced, strict=True)):
        assert theirs <= ours, steps
    assert len(theirs) > 100


# --- Seeded defects ---------------------------------------------------------------------------------------------------

clock = {"limit_ms": 9, "now_ms": 0}


class FinishWithoutLooking(Rules):
    """Believe that everything has arrived."""

    @staticmethod
    def finish(sitting, epoch, held):
        pass


class FinishOnceMore(Rules):
    """The usual idempotent finish: already finished, so all is well."""

    @staticmethod
    def finish(sitting, epoch, held):
        if sitting.state != CLOSED:
            protocol.finish(sitting, epoch, held)


class FinishByAnyFile(Rules):
    """A final answer out of another device's file is taken for the one that is claimed."""

    @staticmethod
    def finish(sitting, epoch, held):
        own = {q: r._replace(source=LIVE) for q, r in sitting.responses.items()}
        protocol.finish(replace(sitting, responses=own), epoch, held)


class NeverFinished(Rules):
    """Ask for the same answers for ever."""

    @staticmethod
    def finish(sitting, epoch, held):
        raise protocol.Missing(list(held))


class LastOneWins(Rules):
    """Store whatever arrives last."""

    @staticmethod
    def save(sitting, epoch, items):
        bare = replace(sitting, responses={})
        fresh = protocol.save(bare, epoch, items, **clock)
        return replace(sitting, responses={**sitting.responses, **fresh.responses})


class NoEpoch(Rules):
    """A device that was replaced goes on."""

    @staticmethod
    def save(sitting, epoch, items):
        return protocol.save(sitting, sitting.epoch, items, **clock)


class SaveAfterClose(Rules):
    """An answer enters after the close."""

    @staticmethod
    def save(sitting, epoch, items):
        opened = replace(sitting, state=RUNNING) if sitting.state == CLOSED else sitting
        return replace(protocol.save(opened, epoch, items, **clock), state=sitting.state)


class AcknowledgeUnstored(Rules):
    """Answer before storing, and lose what came with it."""

    @staticmethod
    def save(sitting, epoch, items):
        return protocol.save(sitting, epoch, items if len(items) == 1 else [i for i in items if i.final], **clock)

    @staticmethod
    def acknowledgement(sitting, items):
        return {item.q: item.seq for item in items}


class FinalIsNot(Rules):
    """A final answer can be replaced."""

    @staticmethod
    def save(sitting, epoch, items):
        loose = {q: r._replace(final=False) for q, r in sitting.responses.items()}
        return protocol.save(replace(sitting, responses=loose), epoch, items, **clock)


class FileOverwrites(Rules):
    """What is in the file is taken for the newest."""

    @staticmethod
    def restore(sitting, epoch, items):
        bare = replace(sitting, responses={})
        fresh = protocol.restore(bare, epoch, items, **clock)
        return replace(sitting, responses={**sitting.responses, **fresh.responses})


class FileReopens(Rules):
    """A file is loaded into a closed sitting."""

    @staticmethod
    def restore(sitting, epoch, items):
        opened = replace(sitting, state=RUNNING) if sitting.state == CLOSED else sitting
        return replace(protocol.restore(opened, epoch, items, **clock), state=sitting.state)


class FileBegins(Rules):
    """A file is accepted for a sitting that no device ever began."""

    @staticmethod
    def restore(sitting, epoch, items):
        begun = replace(sitting, state=RUNNING, epoch=1) if sitting.state == NOT_STARTED else sitting
        return protocol.restore(begun, epoch, items, **clock)


class FileIntoAbsence(Rules):
    """A file is loaded into a technical absence."""

    @staticmethod
    def restore(sitting, epoch, items):
        if sitting.state != VOID:
            return protocol.restore(sitting, epoch, items, **clock)
        return replace(protocol.restore(replace(sitting, state=RUNNING), epoch, items, **clock), state=VOID)


class LiftLoses(Rules):
    """A lifted absence begins again from nothing."""

    @staticmethod
    def lift(sitting):
        return replace(protocol.lift_void(sitting), responses={})


class TakeoverWithoutEpoch(Rules):
    """Both devices have the same epoch."""

    @staticmethod
    def enter(sitting, **how):
        return replace(protocol.enter(sitting, **how), epoch=max(1, sitting.epoch))


class TakeoverUnasked(Rules):
    """A second device comes in by itself."""

    @staticmethod
    def enter(sitting, *, same_device, takeover_allowed):
        return protocol.enter(sitting, same_device=same_device, takeover_allowed=True)


class RestoredIsSent(Rules):
    """A page takes what it finds on its disk for registered."""

    @staticmethod
    def restored(answer):
        return answer._replace(own=False) if answer.seq else answer


class AdoptedIsOwn(Rules):
    """A page sends and claims what it took over from the platform as if it were its own."""

    @staticmethod
    def adopted(ours, theirs, *, same_device):
        return Rules.adopted(ours, theirs, same_device=same_device)._replace(own=True)


class CountsAgain(Rules):
    """A page that comes back counts on from its disk, though it may have sent more than that."""

    @staticmethod
    def following(seq, page):
        return seq + 1


DEFECTS = [
    (FinishWithoutLooking, BEGUN, 0, "true"),
    (FinishOnceMore, BEGUN, GRADED, "true"),
    (FinishByAnyFile, BEGUN, TAKEOVER, "true"),
    (NeverFinished, BEGUN, 0, "refused wrongly"),
    (LastOneWins, BEGUN, 0, "kept"),
    (NoEpoch, BEGUN, TAKEOVER, "alone"),
    (SaveAfterClose, BEGUN, GRADED, "shut"),
    (AcknowledgeUnstored, BEGUN, 0, "kept"),
    (FinalIsNot, BEGUN, CRASH, "kept"),
    (FileOverwrites, BEGUN, CRASH, "live wins"),
    (FileReopens, BEGUN, GRADED, "shut"),
    (FileBegins, NOT_BEGUN, 0, "never started"),
    (FileIntoAbsence, BEGUN, VOIDED, "void"),
    (LiftLoses, BEGUN, VOIDED, "void"),
    (TakeoverWithoutEpoch, BEGUN, TAKEOVER, "alone"),
    (TakeoverUnasked, BEGUN, 0, "alone"),
    (RestoredIsSent, BEGUN, CRASH, "true"),
    (AdoptedIsOwn, BEGUN, TAKEOVER, "refused wrongly"),
    (CountsAgain, BEGUN, CRASH, "kept"),
]


@pytest.mark.parametrize(
    ("defect", "beginning", "budget", "promise"), DEFECTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_seeded_defect_is_found(defect, beginning, budget, promise):
    states, steps, broken, _ = searched(beginning, budget, 12, defect())
    print(f"after {steps} steps, {states} states")
    assert broken == promise
