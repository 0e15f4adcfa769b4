"""Every history of one candidate, two questions, two devices and a network that loses, repeats, delays and reorders.

The server is exams.protocol. The devices are the player's page: what it keeps, sends, believes and adopts. A history
is a sequence of these steps, in any order:

- a device changes an answer, or ends a question;
- a message that was ever sent reaches the server (again); a reply that was ever given reaches its page (late);
- a page crashes or is reloaded; its disk had written each answer, or not yet; it hears where it stands (perhaps as it
  stood before another message arrived), or goes on unheard;
- the supervisor lets a second device in, loads any result file that could have been made, at any time, again;
- the school grades as it stands, declares a technical absence, lifts it.

`search` visits all states that are reachable in so many steps. Five reductions make that possible. None of them drops
an order of events that could matter; the search without 1, 3 and 4 is there to compare.

1. *Sent at once.* Sending changes nothing on the device, and what was sent may never arrive. So a state in which a
   message is on its way has all the futures of the same state without it: whatever a page may send in its present
   state (a save, a claim, the question where it stands, a result file) is taken as sent, without a step of its own.
2. *Any of its answers.* What a page believes acknowledged decides only which of its answers it sends again. Here it may
   always send all of them or any one, so nothing depends on when it hears an acknowledgement, and it need not be
   followed: that an acknowledgement tells the truth is checked as it is given, and that it stays true at each step.
3. *More on its way includes less.* For the reason of 1 a state need not be visited if the same server and devices were
   visited before, in as many steps or fewer, with all its messages and replies, and perhaps others. And a reply that
   nobody listens to (of a page that is gone, or has stopped) is no longer on its way.
4. *The two questions are alike.* No rule looks at a question's number, and items of one message are about different
   questions: a state and its mirror image have mirrored futures. The smaller of the two is visited.
5. *Small names.* Servers, devices and messages are numbered as they are met; a state is four numbers and a set of bits,
   and each rule is asked once for each (server, message), each page once for each (device, reply).

Answers are no letters but the name of who gave them, "place page": no two changes of a question are ever equal, so a
lost one cannot hide behind its like.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import NamedTuple

from exams import protocol
from exams.protocol import CLOSED, LIVE, NOT_STARTED, RUNNING, VOID, Item, Response, Sitting

QUESTIONS = 2
LEAP = 3  # more than the changes of a question that one page can make

# Where a page stands.
BEGIN, ENTER, PLAY, SHUT, DONE, REFUSED, TAKEN = "begin", "enter", "play", "shut", "done", "refused", "taken"

# What happened at most once, as bits.
TAKEOVER, CRASH, VOIDED, LIFTED, GRADED = 1, 2, 4, 8, 16


class Answer(NamedTuple):
    seq: int = 0  # none yet
    choices: str = ""
    final: bool = False
    own: bool = True  # or taken from the platform


class Device(NamedTuple):
    """A page. `held` goes by question."""

    place: int
    page: int
    epoch: int
    phase: str
    held: tuple[Answer, ...] = (Answer(),) * QUESTIONS

    @property
    def all_final(self) -> bool:
        return all(answer.final for answer in self.held)


class Thing(NamedTuple):
    """A message or a reply. `place` is the device that sent it, or will hear it; a file has none."""

    kind: str
    place: int = -1
    page: int = 0
    epoch: int = 0
    content: tuple = ()

    @property
    def is_reply(self) -> bool:
        return self.kind in ("receipt", "closed", "old", "over", "standing")


class Rules:
    """The rules under search, and what a page believes; a seeded defect overrides one of them."""

    clock = {"limit_ms": 9, "now_ms": 0}
    enter = staticmethod(protocol.enter)
    save = staticmethod(partial(protocol.save, **clock))
    acknowledgement = staticmethod(protocol.acknowledgement)
    finish = staticmethod(protocol.finish)
    restore = staticmethod(partial(protocol.restore, **clock))
    grade = staticmethod(protocol.grade_as_it_stands)
    void = staticmethod(protocol.declare_void)
    lift = staticmethod(protocol.lift_void)

    @staticmethod
    def adopted(ours: Answer, theirs: Response, *, same_device: bool) -> Answer:
        """What a page that comes in holds of a question. What it takes from the platform is not its own: it is neither
        sent nor claimed."""
        if ours.seq and same_device and not theirs.final and theirs.seq <= ours.seq:
            return ours
        return Answer(max(theirs.seq, ours.seq), theirs.choices, theirs.final, own=False)

    @staticmethod
    def restored(answer: Answer) -> Answer:
        """What a page makes of an answer on its disk: unsent until the platform proves otherwise."""
        return answer

    @staticmethod
    def following(seq: int, page: int) -> int:
        """The number of a page's next change: one that no page before it can have used for what its disk has lost."""
        return max(seq, page * LEAP) + 1


class Broken(Exception):
    """A promise was broken; its name."""


def _put(values: tuple, place: int, value) -> tuple:
    return (*values[:place], value, *values[place + 1 :])


def _frozen(sitting: Sitting) -> tuple:
    return (sitting.state, sitting.epoch, *(sitting.responses.get(q + 1) for q in range(QUESTIONS)))


# --- What a page does ----------------------------------------------------------------------------------------------


def _changes(device: Device, rules: Rules) -> Iterator[Device]:
    """The device after one more click, or after the end of a question's time."""
    if device.phase != PLAY:
        return
    mine = f"{device.place}{device.page}"
    for q, (seq, choices, final, _) in enumerate(device.held):
        if not final:
            following = rules.following(seq, device.page)
            yield device._replace(held=_put(device.held, q, Answer(following, choices, True)))
            if choices != mine:
                yield device._replace(held=_put(device.held, q, Answer(following, mine, False)))


def _reloads(device: Device, rules: Rules) -> Iterator[Device]:
    """The page of a device after a crash: of each answer, the disk has the last version or one before it."""
    phase = BEGIN if device.phase == BEGIN else ENTER
    for held in product(*(_versions(answer, f"{device.place}{device.page}") for answer in device.held)):
        yield Device(device.place, device.page + 1, device.epoch, phase, tuple(map(rules.restored, held)))


def _versions(answer: Answer, mine: str) -> list[Answer]:
    """What an answer was, last version first; a page crashes once, so it is the device's first page that changed it."""
    versions = [answer]
    if answer.final and answer.own and answer.choices:
        versions.append(Answer(answer.seq - 1, answer.choices, False, own=answer.choices == mine))
    if answer.seq:
        versions.append(Answer())
    return versions


def _sendable(device: Device) -> Iterator[Thing]:
    place, page, epoch = device.place, device.page, device.epoch
    items = tuple(Item(q + 1, *answer[:3]) for q, answer in enumerate(device.held) if answer.seq and answer.own)
    claim = tuple((item.q, item.seq) for item in items)
    if device.phase in (BEGIN, ENTER):
        yield Thing("resume", place, page, epoch)
    if device.phase == PLAY:
        for some in dict.fromkeys([items, *((item,) for item in items)] if items else ()):
            yield Thing("save", place, page, epoch, some)
    if device.phase == PLAY and device.all_final:
        yield Thing("finish", place, page, epoch, claim)
    if device.phase == SHUT:
        yield Thing("last finish", place, page, epoch, claim)
    if items and (device.phase in (SHUT, REFUSED, TAKEN) or (device.phase == PLAY and device.all_final)):
        yield Thing("file", epoch=epoch, content=items)


def _heard(device: Device, reply: Thing, rules: Rules) -> Device:
    if reply.page != device.page or device.phase in (DONE, REFUSED, TAKEN):
        return device
    match reply.kind:
        case "standing" if device.phase in (BEGIN, ENTER):
            return _entered(device, reply, rules)
        case "receipt":
            return device._replace(phase=DONE)
        case "closed":
            return device._replace(phase=SHUT)
        case "over":
            return device._replace(phase=REFUSED)
        case "old":
            return device._replace(phase=TAKEN)
    return device


def _entered(device: Device, reply: Thing, rules: Rules) -> Device:
    """Lay what the platform holds beside what this computer holds."""
    state, *responses = reply.content
    held = device.held
    for q, theirs in enumerate(responses):
        if theirs is not None:
            held = _put(held, q, rules.adopted(held[q], theirs, same_device=device.phase == ENTER))
    phase = SHUT if state == CLOSED else PLAY
    return device._replace(epoch=reply.epoch, phase=phase, held=held)


# --- What the server does --------------------------------------------------------------------------------------------


def _served(sitting: Sitting, message: Thing, rules: Rules) -> tuple[Sitting, Thing | None]:
    """The sitting after a message, and the reply. Raises Broken."""
    after, reply = sitting, None
    answer = partial(Thing, place=message.place, page=message.page)
    try:
        if message.kind == "save":
            after = rules.save(sitting, message.epoch, message.content)
            _check_acknowledged(after, message, rules.acknowledgement(after, message.content))
        elif message.kind in ("finish", "last finish"):
            rules.finish(sitting, message.epoch, dict(message.content))
            reply = answer("receipt")
        elif message.kind == "file":
            after = rules.restore(sitting, message.epoch, message.content)
        elif message.epoch == sitting.epoch:  # the token goes with the epoch
            reply = answer("standing", epoch=sitting.epoch, content=(sitting.state, *_frozen(sitting)[2:]))
        else:
            reply = answer("old")
    except protocol.Missing:
        # Sent again, unless nothing can be sent any more.
        reply = answer("over") if message.kind == "last finish" else None
    except protocol.OldEpoch:
        reply = answer("old")
    except protocol.Closed:
        reply = answer("closed" if message.kind == "save" else "over")
    except (protocol.AlreadyHandled, protocol.NeverStarted):
        pass
    _check_change(sitting, after, message.kind, message.epoch)
    return after, None if message.kind == "file" else reply


def _check_acknowledged(after: Sitting, message: Thing, acked: dict[int, int]) -> None:
    """kept: what is acknowledged is there, in that version or a newer one, or under a final answer."""
    for item in message.content:
        if acked.get(item.q, 0) >= item.seq and not _holds(
            after, message.epoch, item.q, (item.seq, item.choices, item.final)
        ):
            raise Broken("kept")


def _holds(sitting: Sitting, epoch: int, q: int, answer: tuple) -> bool:
    response = sitting.responses.get(q)
    if response is None:
        return False
    if (response.epoch, response.seq) == (epoch, answer[0]):
        return response.choices == answer[1] and response.final >= answer[2]
    return (response.final and response.source == LIVE) or (response.epoch, response.seq) > (epoch, answer[0])


def _check_change(before: Sitting, after: Sitting, act: str, epoch: int) -> None:
    """What no step of the server may do, whoever asks. Raises Broken."""
    changed = after.responses != before.responses
    if before.state in (CLOSED, VOID) and changed:
        raise Broken("shut" if before.state == CLOSED else "void")
    if before.state == CLOSED and after != before:
        raise Broken("shut")
    if before.state == VOID and after != before and act != "lift":
        raise Broken("void")
    if before.state == NOT_STARTED and after != before and act not in ("takeover", "void"):
        raise Broken("never started")
    for q, response in before.responses.items():
        new = after.responses.get(q)
        if new == response:
            continue
        if response.final and response.source == LIVE:
            raise Broken("live wins" if act == "file" else "kept")
        if new is None or (new.epoch, new.seq) < (response.epoch, response.seq):
            raise Broken("live wins" if act == "file" else "kept")
        if (new.epoch, new.seq) == (response.epoch, response.seq) and new.choices != response.choices:
            raise Broken("kept")
    ended = before.state == RUNNING and after.state == CLOSED
    if (changed or ended) and act in ("save", "finish", "last finish") and epoch != before.epoch:
        raise Broken("alone")
    if ended and act not in ("save", "file", "grade"):
        raise Broken("alone")
    if ended and act in ("save", "file") and not after.is_complete:
        raise Broken("alone")


# --- What a page may believe ---------------------------------------------------------------------------------------


def _check_belief(sitting: Sitting, device: Device, spent: int) -> None:
    """true: what a page shows as received, or as registered, is there. not refused wrongly: a page that is stopped
    was told the truth. Raises Broken."""
    for q, answer in enumerate(device.held, start=1):
        response = sitting.responses.get(q)
        if not answer.own:
            if response is None:
                raise Broken("true")
        elif device.phase == DONE and answer.seq and not _is_his(response, answer, device.epoch):
            raise Broken("true")
    if device.phase == DONE and sitting.state != CLOSED:
        raise Broken("true")
    if device.phase in (REFUSED, TAKEN) and _wronged(sitting, device, spent):
        raise Broken("refused wrongly")


def _is_his(response: Response | None, answer: Answer, epoch: int) -> bool:
    """The answer itself; or the final one that this device gave before a crash made it forget."""
    return response is not None and (response.choices == answer.choices or (response.final and response.epoch == epoch))


def _wronged(sitting: Sitting, device: Device, spent: int) -> bool:
    """Stopped, though it was the last device let in, no person had ended the sitting, and it was alone or nothing of
    what it holds was missing."""
    if device.epoch != sitting.epoch or spent & (VOIDED | GRADED):
        return False
    own = {q: answer for q, answer in enumerate(device.held, start=1) if answer.seq and answer.own}
    there = all(
        _holds(sitting, device.epoch, q, answer[:3])
        or (answer.choices and answer.choices == getattr(sitting.responses.get(q), "choices", None))
        for q, answer in own.items()
    )
    return sitting.state == RUNNING or not spent & TAKEOVER or there


# --- The search -------------------------------------------------------------------------------------------------------


class Search:
    """All histories from one state. `reduced=False` leaves out the reductions 1, 3 and 4."""

    def __init__(
        self, rules: Rules, *, reduced: bool = True, budget: int = TAKEOVER | CRASH | VOIDED | LIFTED | GRADED
    ):
        self.rules, self.reduced, self.budget = rules, reduced, budget
        self.servers: dict = {}
        self.devices: dict = {}
        self.things: dict = {}
        self.server_of: list[Sitting] = []
        self.device_of: list[Device | None] = []
        self.thing_of: list[Thing] = []
        self.replies = [0, 0]  # bits of the replies to each place
        self.standings = [0, 0]  # and of the standings among them, with what asks for them
        self.served: dict = {}
        self.hears: dict = {}
        self.changes: dict = {}
        self.crashes: dict = {}
        self.sends: dict = {}
        self.acts: dict = {}
        self.believed: set = set()
        self.mirrors: tuple[list, list, list] = ([], [], [])
        self.mirrored: dict = {}
        self._device(None)

    # Numbers

    def _server(self, sitting: Sitting) -> int:
        frozen = _frozen(sitting)
        if frozen not in self.servers:
            self.servers[frozen] = len(self.server_of)
            self.server_of.append(sitting)
            self.mirrors[0].append(None)
        return self.servers[frozen]

    def _device(self, device: Device | None) -> int:
        if device not in self.devices:
            self.devices[device] = len(self.device_of)
            self.device_of.append(device)
            self.mirrors[1].append(None)
        return self.devices[device]

    def _thing(self, thing: Thing) -> int:
        if thing not in self.things:
            self.things[thing] = len(self.thing_of)
            if thing.is_reply:
                self.replies[thing.place] |= 1 << len(self.thing_of)
            if thing.kind in ("resume", "standing"):
                self.standings[thing.place] |= 1 << len(self.thing_of)
            self.thing_of.append(thing)
            self.mirrors[2].append(None)
        return self.things[thing]

    # Mirror images

    def _mirror_server(self, number: int) -> int:
        known = self.mirrors[0]
        if known[number] is None:
            sitting = self.server_of[number]
            mirrored = replace(sitting, responses={3 - q: r for q, r in sitting.responses.items()})
            other = self._server(mirrored)
            known[number], known[other] = other, number
        return known[number]

    def _mirror_device(self, number: int) -> int:
        known = self.mirrors[1]
        if known[number] is None:
            device = self.device_of[number]
            if device is not None:
                device = device._replace(held=device.held[::-1])
            other = self._device(device)
            known[number], known[other] = other, number
        return known[number]

    def _mirror_thing(self, number: int) -> int:
        known = self.mirrors[2]
        if known[number] is None:
            thing = self.thing_of[number]
            other = self._thing(thing._replace(content=_turned(thing)))
            known[number], known[other] = other, number
        return known[number]

    def _mirror_bits(self, bits: int) -> int:
        if bits not in self.mirrored:
            turned, left = 0, bits
            while left:
                low = left & -left
                left ^= low
                turned |= 1 << self._mirror_thing(low.bit_length() - 1)
            self.mirrored[bits] = turned
        return self.mirrored[bits]

    def _canonical(self, state: tuple, bits: int) -> tuple[tuple, int]:
        server, first, second, spent = state
        mirror = (*self.mirror(server, first, second), spent)
        if mirror > state:
            return state, bits
        turned = self._mirror_bits(bits)
        return (mirror, turned) if mirror < state else (state, min(bits, turned))

    def mirror(self, server: int, first: int, second: int) -> tuple[int, int, int]:
        return self._mirror_server(server), self._mirror_device(first), self._mirror_device(second)

    def named(self, server: int, first: int, second: int) -> tuple:
        return _frozen(self.server_of[server]), self.device_of[first], self.device_of[second]

    # Steps

    def _serve(self, server: int, thing: int) -> tuple[int, int]:
        """The server after a message, and the bit of its reply."""
        key = (server, thing)
        if key not in self.served:
            after, reply = _served(self.server_of[server], self.thing_of[thing], self.rules)
            self.served[key] = self._server(after), 0 if reply is None else 1 << self._thing(reply)
        return self.served[key]

    def _hear(self, device: int, thing: int) -> int:
        key = (device, thing)
        if key not in self.hears:
            self.hears[key] = self._device(_heard(self.device_of[device], self.thing_of[thing], self.rules))
        return self.hears[key]

    def _sent(self, device: int) -> tuple[int, ...]:
        """Bits of what the page may send."""
        if device not in self.sends:
            known = self.device_of[device]
            self.sends[device] = tuple(1 << self._thing(thing) for thing in _sendable(known)) if known else ()
        return self.sends[device]

    def _changed(self, device: int) -> list[int]:
        if device not in self.changes:
            self.changes[device] = [self._device(after) for after in _changes(self.device_of[device], self.rules)]
        return self.changes[device]

    def _crashed(self, device: int) -> list[int]:
        if device not in self.crashes:
            known = self.device_of[device]
            after = () if known.phase == DONE else _reloads(known, self.rules)
            self.crashes[device] = [self._device(page) for page in after]
        return self.crashes[device]

    def _acts(self, server: int, spent: int) -> list[tuple[int, int, str]]:
        """What people may do: (server after it, what is spent then, act)."""
        key = (server, spent)
        if key not in self.acts:
            self.acts[key] = list(self._people(self.server_of[server], spent))
        return self.acts[key]

    def _people(self, sitting: Sitting, spent: int) -> Iterator[tuple[int, int, str]]:
        rules = self.rules
        refuse = partial(rules.enter, sitting, same_device=False, takeover_allowed=False)
        if sitting.state == RUNNING and _outcome(refuse) is not None:
            raise Broken("alone")  # a second device came in without a permission
        allow = partial(rules.enter, sitting, same_device=False, takeover_allowed=True)
        possible: list[tuple[int, str, Callable]] = [
            (TAKEOVER, "takeover", allow),
            (VOIDED, "void", partial(rules.void, sitting)),
            (GRADED, "grade", partial(rules.grade, sitting)),
        ]
        if spent & VOIDED:
            possible.append((LIFTED, "lift", partial(rules.lift, sitting)))
        for bit, act, work in possible:
            if spent & bit or not self.budget & bit:
                continue
            after = _outcome(work)
            if after is None:
                continue
            _check_change(sitting, after, act, sitting.epoch)
            if act == "takeover" and after.epoch <= sitting.epoch:
                raise Broken("alone")
            if act == "void" and _outcome(partial(rules.lift, after)) != sitting:
                raise Broken("void")
            yield self._server(after), spent | bit, act

    def _successors(self, state: tuple, bits: int) -> Iterator[tuple[tuple, int]]:
        server, first, second, spent = state
        devices = (first, second)
        left = bits
        while left:
            low = left & -left
            left ^= low
            number = low.bit_length() - 1
            if not self.thing_of[number].is_reply:
                after, reply = self._serve(server, number)
                if after != server or bits | reply != bits:
                    yield (after, first, second, spent), bits | reply
                continue
            place = self.thing_of[number].place
            device = self._hear(devices[place], number)
            if device != devices[place]:
                yield self._with_device(state, place, device), bits
        for place, device in enumerate(devices):
            if device:
                for after in self._changed(device):
                    yield self._with_device(state, place, after), bits
                if self.budget & CRASH and not spent & CRASH:
                    for after in self._crashed(device):
                        crashed = self._with_device(state, place, after)
                        left = bits & ~self.replies[place] & ~self.standings[place]
                        yield (*crashed[:3], spent | CRASH), left
                if self.device_of[device].phase == ENTER:
                    unheard = self.device_of[device]._replace(phase=PLAY)
                    yield self._with_device(state, place, self._device(unheard)), bits
        for after, now_spent, act in self._acts(server, spent):
            guest = self._device(Device(1, 0, self.server_of[after].epoch, BEGIN)) if act == "takeover" else second
            yield (after, first, guest, now_spent), bits

    @staticmethod
    def _with_device(state: tuple, place: int, device: int) -> tuple:
        server, first, second, spent = state
        return (server, device, second, spent) if place == 0 else (server, first, device, spent)

    def _believe(self, state: tuple) -> None:
        server, first, second, spent = state
        for device in (first, second):
            key = (server, device, spent)
            if device and key not in self.believed:
                _check_belief(self.server_of[server], self.device_of[device], spent)
                self.believed.add(key)

    # The search itself

    def start(self, sitting: Sitting, *devices: Device, spent: int = 0, things: tuple[Thing, ...] = ()) -> tuple:
        numbers = [self._device(device) for device in devices] + [0] * (2 - len(devices))
        bits = 0
        for thing in things:
            bits |= 1 << self._thing(thing)
        return self._settled((self._server(sitting), *numbers, spent), bits)

    def _settled(self, state: tuple, bits: int) -> tuple[tuple, int]:
        """With everything sent that can be, nothing for those who do not listen any more, and the smaller mirror."""
        if not self.reduced:
            return state, bits
        for place, device in enumerate(state[1:3]):
            phase = self.device_of[device].phase if device else None
            if phase not in (BEGIN, ENTER):
                bits &= ~self.standings[place]
            if phase in (DONE, REFUSED, TAKEN):
                bits &= ~self.replies[place]
            for bit in self._sent(device):
                bits |= bit
        return self._canonical(state, bits)

    def _sendings(self, state: tuple, bits: int) -> Iterator[tuple[tuple, int]]:
        for device in state[1:3]:
            for bit in self._sent(device):
                if not bits & bit:
                    yield state, bits | bit

    def levels(self, start: tuple, depth: int) -> Iterator[list[tuple[tuple, int]]]:
        """The states that are new after 0, 1, … `depth` steps. Raises Broken."""
        seen: dict[tuple, list[int]] = {start[0]: [start[1]]}
        self._believe(start[0])
        frontier = [start]
        yield frontier
        for _ in range(depth):
            following = []
            for state, bits in frontier:
                for after in self._successors(state, bits):
                    self._visit(*self._settled(*after), seen, following)
                if not self.reduced:
                    for after in self._sendings(state, bits):
                        self._visit(*after, seen, following)
            frontier = following
            yield frontier

    def _visit(self, state: tuple, bits: int, seen: dict, following: list) -> None:
        visited = seen.get(state)
        if visited is None:
            self._believe(state)
            seen[state] = [bits]
        elif self.reduced:
            for other in visited:
                if not bits & ~other:
                    return
            seen[state] = [other for other in visited if other & ~bits]
            seen[state].append(bits)
        elif bits in visited:
            return
        else:
            visited.append(bits)
        following.append((state, bits))


def _outcome(work: Callable) -> Sitting | None:
    try:
        return work()
    except protocol.Refused:
        return None


def _turned(thing: Thing) -> tuple:
    """A content with the two questions exchanged."""
    match thing.kind:
        case "save" | "file":
            return _turned_items(thing.content)
        case "finish" | "last finish":
            return _turned_pairs(thing.content)
        case "standing":
            return (thing.content[0], *thing.content[:0:-1])
    return thing.content


def _turned_items(items: tuple) -> tuple:
    return tuple(sorted((replace(item, q=3 - item.q) for item in items), key=lambda item: item.q))


def _turned_pairs(pairs: tuple) -> tuple:
    return tuple(sorted((3 - q, seq) for q, seq in pairs))


def fate(sitting: Sitting, device: Device, rules: Rules) -> str | None:
    """Where a device that is left in peace comes to: « bien enregistrés », an explicit refusal, or None of them."""
    for _ in range(4 * QUESTIONS):
        if device.phase in (DONE, REFUSED, TAKEN):
            return device.phase
        if device.phase == PLAY and not device.all_final:
            device = next(_changes(device, rules))
            continue
        for message in _sendable(device):
            sitting, reply = _served(sitting, message, rules)
            if reply is not None and message.kind != "file":
                device = _heard(device, reply, rules)
                break
    return None
