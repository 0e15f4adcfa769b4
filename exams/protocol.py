"""How answers reach the school: the rules of entering, saving, finishing and restoring, without database, network or
clock.

The server keeps, per sitting, a state, an epoch (one per device that was let in) and at most one response per
question. A device numbers every change of a question with a growing `seq`. Nothing here is told to a candidate
before it is stored: callers apply the new sitting, commit, and only then answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

NOT_STARTED, RUNNING, CLOSED, VOID = "not_started", "running", "closed", "void"

# How an answer came: sent by the device, or in a result file that the supervisor loaded.
LIVE, FILE, TYPED = "live", "file", "typed"  # where an answer came from; TYPED: by the school, from paper

LETTERS = "ABCDEF"
MAX_SEQ = 1_000_000
MAX_ITEMS = 40  # two saves' worth of a whole exam; a longer list is not from our page
_CHOICES = re.compile(f"[{LETTERS}]{{0,{len(LETTERS)}}}")


@dataclass(frozen=True)
class Item:
    """One change as the device sends it. `t`: milliseconds since the question's timer began."""

    q: int
    seq: int
    choices: str
    final: bool
    t: int = 0


class Response(NamedTuple):
    """One answer as the server holds it. `at`: milliseconds since 1970, the server's clock."""

    choices: str
    epoch: int
    seq: int
    final: bool
    late: bool = False
    at: int = 0
    source: str = LIVE


@dataclass(frozen=True)
class Sitting:
    """What the rules see of a sitting: questions are numbered 1 to `questions`."""

    state: str
    epoch: int
    questions: int
    responses: Mapping[int, Response] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Every question has its final answer: nothing more can come."""
        return len(self.responses) == self.questions and all(r.final for r in self.responses.values())


class Refused(Exception):
    """An explicit refusal, the only thing that stops a device from sending again."""


class Closed(Refused):
    """The sitting is closed, over, void or never began: nothing enters any more."""


class Elsewhere(Refused):
    """Another device holds this sitting, and nobody allowed it to move."""


class OldEpoch(Refused):
    """Another device has taken over."""


class Missing(Refused):
    """The device holds answers that the server does not; `questions` lists them in order."""

    def __init__(self, questions: list[int]):
        super().__init__(questions)
        self.questions = questions


class NeverStarted(Refused):
    """A file for a sitting that no device ever began."""


class AlreadyHandled(Refused):
    """A file that brings nothing: the server holds all of it, or newer."""


class Malformed(ValueError):
    """Not from our page: the message says what is wrong, for the log."""


def parse_items(value: object, questions: int) -> list[Item]:
    """Items of a save as they arrive in JSON. Raises Malformed."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ITEMS:
        raise Malformed(f"items: expected 1 to {MAX_ITEMS} objects")
    return [_parse_item(entry, questions) for entry in value]


def _parse_item(entry: object, questions: int) -> Item:
    if not isinstance(entry, dict):
        raise Malformed("item: expected an object")
    q, seq, t = (_integer(entry, name, least, most) for name, least, most in _limits(questions))
    choices, final = entry.get("choices"), entry.get("final")
    if not isinstance(choices, str) or not _CHOICES.fullmatch(choices):
        raise Malformed("choices: expected letters")
    if not isinstance(final, bool):
        raise Malformed("final: expected true or false")
    return Item(q, seq, "".join(sorted(set(choices))), final, t)


def _limits(questions: int):
    return ("q", 1, questions), ("seq", 1, MAX_SEQ), ("t", 0, 10**9)


def _integer(entry: dict, name: str, least: int, most: int) -> int:
    value = entry.get(name, 0 if name == "t" else None)
    if type(value) is not int or not least <= value <= most:
        raise Malformed(f"{name}: expected a whole number from {least} to {most}")
    return value


def parse_held(value: object, questions: int) -> dict[int, int]:
    """The claim of a finish: question → seq. Raises Malformed."""
    if not isinstance(value, dict) or len(value) > questions:
        raise Malformed("held: expected an object")
    held = {}
    for q, seq in value.items():
        if not q.isascii() or not q.isdigit() or len(q) > 3 or not 1 <= int(q) <= questions:
            raise Malformed("held: expected question numbers")
        if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
            raise Malformed("held: expected whole numbers")
        held[int(q)] = seq
    return held


def enter(sitting: Sitting, *, same_device: bool, takeover_allowed: bool) -> Sitting:
    """Let a device in: the first one begins, the same one again changes nothing, another one needs a permission.

    Every other device that is let in has the next epoch, which shuts out the one before. Raises Closed, Elsewhere.
    """
    if same_device and sitting.state != NOT_STARTED:
        return sitting
    if sitting.state in (CLOSED, VOID):
        raise Closed
    if sitting.state == RUNNING and not takeover_allowed:
        raise Elsewhere
    return replace(sitting, state=RUNNING, epoch=sitting.epoch + 1)


def save(sitting: Sitting, epoch: int, items: Sequence[Item], *, limit_ms: int, now_ms: int) -> Sitting:
    """The sitting with `items` stored where they are newer than what is held.

    Twenty final answers are a whole exam: the sitting closes with the save that brings the last one, so that a lost
    finish costs nothing. Raises Closed, OldEpoch.
    """
    if sitting.state != RUNNING:
        raise Closed
    if epoch != sitting.epoch:
        raise OldEpoch
    return _with(sitting, epoch, items, LIVE, limit_ms, now_ms)


def _with(sitting: Sitting, epoch: int, items: Sequence[Item], source: str, limit_ms: int, now_ms: int) -> Sitting:
    responses = dict(sitting.responses)
    for item in items:
        held = responses.get(item.q)
        if held is None or _is_newer(epoch, item, source, held):
            responses[item.q] = Response(item.choices, epoch, item.seq, item.final, item.t > limit_ms, now_ms, source)
    after = replace(sitting, responses=responses)
    return replace(after, state=CLOSED) if after.is_complete else after


def _is_newer(epoch: int, item: Item, source: str, held: Response) -> bool:
    """Nothing replaces a final answer that came from the device; one out of a file gives way to a later device, and to
    the device itself when the same answer comes from there too."""
    settled = held.final and held.source == LIVE
    return not settled and (epoch, item.seq, source == LIVE) > (held.epoch, held.seq, held.source == LIVE)


def acknowledgement(sitting: Sitting, items: Sequence[Item]) -> dict[int, int]:
    """What to answer to a save once it is committed: per question, the seq up to which the device may forget.

    A final answer acknowledges everything about its question: what comes after it will never be wanted.
    """
    return {item.q: max(item.seq, sitting.responses[item.q].seq) for item in items}


def finish(sitting: Sitting, epoch: int, held: Mapping[int, int]) -> None:
    """Return when the sitting is closed and the server holds everything that the device claims; a repeat is judged by
    the same rule.

    A claim ends nothing: the last final answer does, or the school. So a page that took a technical absence for the
    end, and was heard after it was lifted, leaves the sitting as it stands. Raises OldEpoch, Closed (never began, or
    void), Missing.
    """
    if sitting.state not in (RUNNING, CLOSED):
        raise Closed
    if epoch != sitting.epoch:
        raise OldEpoch
    missing = {q for q, seq in held.items() if not _covers(sitting.responses.get(q), epoch, seq)}
    if sitting.state == RUNNING:
        missing |= {q for q in range(1, sitting.questions + 1) if not _is_final(sitting.responses.get(q))}
    if missing:
        raise Missing(sorted(missing))


def _is_final(response: Response | None) -> bool:
    return response is not None and response.final


def _covers(response: Response | None, epoch: int, seq: int) -> bool:
    """A device's final answer settles its question for every device after it; one out of a file, only for its own."""
    if response is None:
        return False
    settled = response.final and (response.source == LIVE or response.epoch == epoch)
    return settled or (response.epoch, response.seq) >= (epoch, seq)


def restore(sitting: Sitting, epoch: int, items: Sequence[Item], *, limit_ms: int, now_ms: int) -> Sitting:
    """The sitting with the answers of a result file that the device of `epoch` made.

    What came from a device in the meantime and is newer, or final, stays. A file that completes the twenty final
    answers closes the sitting; one that does not leaves it to the school. Raises NeverStarted, AlreadyHandled, Closed,
    and OldEpoch for an epoch that the server never gave.
    """
    if sitting.state == NOT_STARTED:
        raise NeverStarted
    if epoch > sitting.epoch:
        raise OldEpoch
    if sitting.state == VOID:
        raise Closed
    after = _with(sitting, epoch, items, FILE, limit_ms, now_ms)
    if after.responses == sitting.responses:
        raise AlreadyHandled
    if sitting.state == CLOSED:
        raise Closed
    return after


def grade_as_it_stands(sitting: Sitting) -> Sitting:
    """The sitting closed with what the server holds, by a decision of the school. Raises Closed."""
    if sitting.state != RUNNING:
        raise Closed
    return replace(sitting, state=CLOSED)


def declare_void(sitting: Sitting) -> Sitting:
    """A technical absence: nothing counts, nothing enters any more. Raises Closed."""
    if sitting.state not in (NOT_STARTED, RUNNING):
        raise Closed
    return replace(sitting, state=VOID)


def lift_void(sitting: Sitting) -> Sitting:
    """Back to where the sitting stood before it was declared void. Raises Closed when it is not void."""
    if sitting.state != VOID:
        raise Closed
    return replace(sitting, state=RUNNING if sitting.epoch else NOT_STARTED)
