"""Every history of one candidate, two questions, two devices and a network that loses, repeats and reorders.

A state is what the server holds, what each device holds, and every message ever sent: a message may be delivered at any
time, any number of times, or never. All states reachable within DEPTH steps are visited, and in each of them:

- kept: what was acknowledged is still there, in the same or a newer version;
- true: a device that shows « bien enregistrés » finds all its answers on the server;
- shut: a closed sitting never changes;
- alone: only the device let in last can end the sitting.

Defects seeded into the rules must each be found: a search that finds none proves nothing.
"""

from dataclasses import dataclass, replace

import pytest

from exams import protocol
from exams.protocol import CLOSED, RUNNING, Item, Sitting

DEPTH = 9
QUESTIONS = 2
CHANGES = 1  # of one question on one device, before its final answer


@dataclass(frozen=True)
class Device:
    """`held` and `acked` go by question: (seq, choices, final) and the seq acknowledged."""

    epoch: int
    held: tuple[tuple[int, str, bool], ...]
    acked: tuple[int, ...]
    ending: bool = False
    done: bool = False
    stopped: bool = False


@dataclass(frozen=True)
class World:
    state: str
    epoch: int
    responses: tuple
    devices: tuple[Device, ...]
    messages: frozenset = frozenset()
    replies: frozenset = frozenset()

    @property
    def sitting(self) -> Sitting:
        return Sitting(self.state, self.epoch, QUESTIONS, dict(self.responses))

    def serving(self, sitting: Sitting) -> "World":
        responses = tuple(sorted(sitting.responses.items()))
        return replace(self, state=sitting.state, epoch=sitting.epoch, responses=responses)


class Rules:
    """The rules under search; a seeded defect overrides one of them."""

    save = staticmethod(lambda sitting, epoch, items: protocol.save(sitting, epoch, items, limit_ms=9, now_ms=0))
    acknowledgement = staticmethod(protocol.acknowledgement)
    finish = staticmethod(protocol.finish)


START = World(RUNNING, 1, (), (Device(1, ((0, "", False),) * QUESTIONS, (0,) * QUESTIONS),))


def _put(values: tuple, place: int, value) -> tuple:
    return (*values[:place], value, *values[place + 1 :])


def _with(world: World, place: int, device: Device, **more) -> World:
    return replace(world, devices=_put(world.devices, place, device), **more)


def steps(world: World, rules: Rules):
    """(what happened, the world afterwards) for everything that can happen next."""
    for place, device in enumerate(world.devices):
        if not device.done and not device.stopped:
            yield from _device_steps(world, place, device)
    for message in world.messages:
        yield f"server gets {message}", _deliver(world, message, rules)
    for reply in world.replies:
        yield f"device gets {reply}", _hear(world, reply)
    if len(world.devices) == 1 and world.state == RUNNING:
        # The supervisor lets another device in: it starts from what the server holds, and owes nothing.
        known = dict(world.responses)
        held = tuple(
            (known[q].seq, known[q].choices, known[q].final) if q in known else (0, "", False)
            for q in range(1, QUESTIONS + 1)
        )
        second = Device(world.epoch + 1, held, tuple(seq for seq, _, _ in held))
        yield "takeover", replace(world, epoch=world.epoch + 1, devices=(*world.devices, second))


def _device_steps(world: World, place: int, device: Device):
    if not device.ending:
        for q, (seq, choices, final) in enumerate(device.held):
            if final:
                continue
            if seq < CHANGES + 2 * place:
                change = (seq + 1, "B" if choices == "A" else "A", False)
                yield (
                    f"{place} answers {q + 1}",
                    _with(world, place, replace(device, held=_put(device.held, q, change))),
                )
            last = (seq + 1, choices, True)
            yield f"{place} ends {q + 1}", _with(world, place, replace(device, held=_put(device.held, q, last)))
    unsent = tuple(
        Item(q + 1, seq, choices, final) for q, (seq, choices, final) in enumerate(device.held) if seq > device.acked[q]
    )
    if unsent and ("save", place, device.epoch, unsent) not in world.messages:
        yield f"{place} saves", replace(world, messages=world.messages | {("save", place, device.epoch, unsent)})
    claim = tuple((q + 1, seq) for q, (seq, _, _) in enumerate(device.held) if seq)
    if claim and ("finish", place, device.epoch, claim) not in world.messages:
        message = ("finish", place, device.epoch, claim)
        yield (
            f"{place} finishes",
            _with(world, place, replace(device, ending=True), messages=world.messages | {message}),
        )


def _deliver(world: World, message: tuple, rules: Rules) -> World:
    kind, place, epoch, content = message
    try:
        if kind == "save":
            after = rules.save(world.sitting, epoch, content)
            reply = ("ack", place, tuple(sorted(rules.acknowledgement(after, content).items())))
        else:
            after = rules.finish(world.sitting, epoch, dict(content))
            reply = ("receipt", place, content)
    except protocol.Missing:
        return world
    except (protocol.Closed, protocol.OldEpoch) as refusal:
        return replace(world, replies=world.replies | {(type(refusal).__name__, place, ())})
    return replace(world.serving(after), replies=world.replies | {reply})


def _hear(world: World, reply: tuple) -> World:
    kind, place, content = reply
    device = world.devices[place]
    if kind == "ack":
        acked = device.acked
        for q, seq in content:
            acked = _put(acked, q - 1, max(acked[q - 1], seq))
        return _with(world, place, replace(device, acked=acked))
    if kind == "receipt":
        return _with(world, place, replace(device, done=True))
    return _with(world, place, replace(device, stopped=device.stopped or kind == "OldEpoch"))


def broken(before: World, after: World) -> str | None:
    """The promise that this step broke."""
    held = dict(after.responses)
    for kind, place, content in after.replies:
        if kind == "ack":
            for q, seq in content:
                stored = held.get(q)
                if stored is None or not (stored.final or (stored.epoch, stored.seq) >= (place + 1, seq)):
                    return "kept"
    for q, response in before.responses:
        if response.final and held[q] != response:
            return "kept"
    for device in after.devices:
        if device.done:
            for q, (seq, choices, _) in enumerate(device.held, start=1):
                if seq and (q not in held or (held[q].choices != choices and not held[q].final)):
                    return "true"
            if after.state != CLOSED:
                return "true"
    if before.state == CLOSED and (after.state, after.responses) != (before.state, before.responses):
        return "shut"
    if before.state == RUNNING and after.state == CLOSED and any(r.epoch > after.epoch for _, r in after.responses):
        return "alone"
    return None


def search(rules: Rules, depth: int = DEPTH, most: int = 10_000_000) -> tuple[int, str | None]:
    """How many states were seen, and the first promise found broken."""
    seen, frontier = {START}, [START]
    for _ in range(depth):
        following = []
        for world in frontier:
            for _, after in steps(world, rules):
                if after in seen:
                    continue
                if promise := broken(world, after):
                    return len(seen), promise
                seen.add(after)
                following.append(after)
                if len(seen) > most:
                    raise RuntimeError("The space is larger than expected")
        frontier = following
    return len(seen), None


def test_no_history_breaks_a_promise():
    states, promise = search(Rules())
    assert promise is None
    assert states > 100_000  # the search did look around


# --- Seeded defects ---------------------------------------------------------------------------------------------------


class FinishWithoutLooking(Rules):
    """Close, and believe that everything has arrived."""

    @staticmethod
    def finish(sitting, epoch, held):
        return replace(sitting, state=CLOSED)


class LastOneWins(Rules):
    """Store whatever arrives last."""

    @staticmethod
    def save(sitting, epoch, items):
        bare = replace(sitting, responses={})
        fresh = protocol.save(bare, epoch, items, limit_ms=9, now_ms=0)
        return replace(sitting, responses={**sitting.responses, **fresh.responses})


class NoEpoch(Rules):
    """A device that was replaced goes on."""

    @staticmethod
    def save(sitting, epoch, items):
        return protocol.save(sitting, sitting.epoch, items, limit_ms=9, now_ms=0)

    @staticmethod
    def finish(sitting, epoch, held):
        return protocol.finish(sitting, sitting.epoch, held)


class AcknowledgeUnstored(Rules):
    """Answer before storing, and lose what came with it."""

    @staticmethod
    def save(sitting, epoch, items):
        return protocol.save(sitting, epoch, items[:1], limit_ms=9, now_ms=0)

    @staticmethod
    def acknowledgement(sitting, items):
        return {item.q: item.seq for item in items}


class FinalIsNot(Rules):
    """A final answer can be replaced."""

    @staticmethod
    def save(sitting, epoch, items):
        loose = {q: replace(r, final=False) for q, r in sitting.responses.items()}
        return protocol.save(replace(sitting, responses=loose), epoch, items, limit_ms=9, now_ms=0)


@pytest.mark.parametrize(
    "defect",
    [FinishWithoutLooking, LastOneWins, NoEpoch, AcknowledgeUnstored, FinalIsNot],
    ids=lambda defect: defect.__name__,
)
def test_a_seeded_defect_is_found(defect):
    assert search(defect())[1] is not None
