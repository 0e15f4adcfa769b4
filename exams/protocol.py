"""How answers reach the school: the rules of saving and finishing, without database, network or clock.

The server keeps, per sitting, a state, an epoch (one per device that was let in) and at most one response per
question. A device numbers every change of a question with a growing `seq`. Nothing here is told to a candidate
before it is stored: callers apply the new sitting, commit, and only then answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

NOT_STARTED, RUNNING, CLOSED = "not_started", "running", "closed"

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


@dataclass(frozen=True)
class Response:
    """One answer as the server holds it. `at`: milliseconds since 1970, the server's clock."""

    choices: str
    epoch: int
    seq: int
    final: bool
    late: bool = False
    at: int = 0


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
    """The sitting is closed, over or never began: nothing enters any more."""


class OldEpoch(Refused):
    """Another device has taken over."""


class Missing(Refused):
    """The device holds answers that the server does not; `questions` lists them in order."""

    def __init__(self, questions: list[int]):
        super().__init__(questions)
        self.questions = questions


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


def save(sitting: Sitting, epoch: int, items: Sequence[Item], *, limit_ms: int, now_ms: int) -> Sitting:
    """The sitting with `items` stored where they are newer than what is held and that is not final.

    Twenty final answers are a whole exam: the sitting closes with the save that brings the last one, so that a lost
    finish costs nothing. Raises Closed, OldEpoch.
    """
    if sitting.state != RUNNING:
        raise Closed
    if epoch != sitting.epoch:
        raise OldEpoch
    responses = dict(sitting.responses)
    for item in items:
        held = responses.get(item.q)
        if held and (held.final or (held.epoch, held.seq) >= (epoch, item.seq)):
            continue
        responses[item.q] = Response(item.choices, epoch, item.seq, item.final, item.t > limit_ms, now_ms)
    saved = replace(sitting, responses=responses)
    return replace(saved, state=CLOSED) if saved.is_complete else saved


def acknowledgement(sitting: Sitting, items: Sequence[Item]) -> dict[int, int]:
    """What to answer to a save once it is committed: per question, the seq up to which the device may forget.

    A final answer acknowledges everything about its question: what comes after it will never be wanted.
    """
    return {item.q: max(item.seq, sitting.responses[item.q].seq) for item in items}


def finish(sitting: Sitting, epoch: int, held: Mapping[int, int]) -> Sitting:
    """The sitting closed, if the server holds everything that the device claims; a repeat is judged by the same rule.

    Raises OldEpoch, Closed (never began), Missing.
    """
    if sitting.state == NOT_STARTED:
        raise Closed
    if epoch != sitting.epoch:
        raise OldEpoch
    missing = sorted(q for q, seq in held.items() if not _covers(sitting.responses.get(q), epoch, seq))
    if missing:
        raise Missing(missing)
    return replace(sitting, state=CLOSED)


def _covers(response: Response | None, epoch: int, seq: int) -> bool:
    return response is not None and (response.final or (response.epoch, response.seq) >= (epoch, seq))
