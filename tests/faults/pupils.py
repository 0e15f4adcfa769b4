"""Candidates with the player's own rules of delivery (static/js/player/delivery.js), fifty times in a hurry.

Some computers crash and come back with what their disk held, some are replaced by another one after « Autoriser la
reprise » while the first goes on sending.
"""

import asyncio
import json
import random
import re
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults import school
from tests.faults.journal import Answer, Journal, Receipt
from tests.faults.wire import ANSWERS, Browser, Unreachable, compose, json_body, send

QUIET = 0.1  # seconds; the page waits 0.3 s for the next change
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8
OPENING = 100  # the numbers of each opening of the page (static/js/player/delivery.js)
_PLAYER_DATA = re.compile(r'<script id="player-data"[^>]*>(.*?)</script>', re.DOTALL)


class Refused(Exception):
    """The platform refused on purpose."""


@dataclass
class Disk:
    """What outlives a crash of the page: IndexedDB."""

    token: str = ""
    epoch: int = 0
    opening: int = 0
    answers: dict[int, tuple[int, str, bool]] = field(default_factory=dict)  # question → (seq, choices, final)
    taken_over: set[int] = field(default_factory=set)  # questions whose answer is the platform's, not this device's


class Device:
    """One computer on one sitting. A new one on the disk of an old one is that computer after a crash."""

    def __init__(self, platform: "Platform", sitting: str, urls: dict[str, str], disk: Disk, browser: Browser):
        self.platform, self.sitting, self.urls, self.disk, self.browser = platform, sitting, urls, disk, browser
        disk.opening += 1
        self.answers = dict(disk.answers)
        self.acked: dict[int, int] = {}  # restored answers are unsent until the platform proves otherwise
        self.refused = self.receipt = ""
        self.saves_closed = self.finishing = False
        self.failures = 0
        self.loop: asyncio.Task | None = None

    # --- Beginning and coming back ------------------------------------------------------------------------------

    async def start(self) -> str:
        """Begin with the candidate's cookie: "running", "closed" or "elsewhere". The token is on the disk first."""
        self.disk.token = self.disk.token or secrets.token_urlsafe(32)
        headers = {"X-CSRFToken": self.browser.cookies.get("csrftoken", ""), "Content-Type": "application/json"}
        body = json_body({"token": self.disk.token})
        reply = await self.browser.exchange("POST", self.urls["start"], body, headers)
        return self._entered(reply)

    async def resume(self) -> str:
        return self._entered(await self._post("resume", {}))

    def _entered(self, reply) -> str:
        if reply.status == 409:
            return "elsewhere"
        if reply.status not in ANSWERS:
            raise Unreachable(f"status {reply.status}")
        if reply.status != 200:
            raise Refused(f"{reply.status} on entering")
        standing = json.loads(reply.body)
        same_device = standing["epoch"] == self.disk.epoch
        self.disk.epoch = standing["epoch"]
        for key, theirs in standing["responses"].items():
            self._reconcile(int(key), theirs, same_device)
        return "closed" if standing["state"] == "closed" else "running"

    def _reconcile(self, q: int, theirs: dict, same_device: bool) -> None:
        ours = self.answers.get(q)
        if ours is None or theirs["final"] or not same_device or theirs["seq"] > ours[0]:
            seq = max(theirs["seq"], ours[0] if ours else 0)
            self._keep(q, (seq, theirs["choices"], theirs["final"]))
            self.disk.taken_over.add(q)
            self.acked[q] = seq
        elif ours == (theirs["seq"], theirs["choices"], theirs["final"]):
            self.acked[q] = ours[0]

    # --- Answers ------------------------------------------------------------------------------------------------

    def _keep(self, q: int, answer: tuple[int, str, bool]) -> None:
        self.answers[q] = self.disk.answers[q] = answer

    def answer(self, q: int, choices: str, final: bool) -> None:
        seq, _, was_final = self.answers.get(q, (0, "", False))
        if not was_final:
            self._keep(q, (max(seq, self.disk.opening * OPENING) + 1, choices, final))
            self.disk.taken_over.discard(q)
            asyncio.get_running_loop().call_later(0 if final else QUIET, self.run)

    def finish(self) -> None:
        self.finishing = True
        self.run()

    def run(self) -> None:
        """Send from one loop until nothing is left to send."""
        if self.loop is None or self.loop.done():
            self.loop = asyncio.get_running_loop().create_task(self._run())

    def crash(self) -> None:
        """The page is gone; what it sent is on its way."""
        self.run = lambda: None  # a change that was about to be sent
        if self.loop:
            self.loop.cancel()

    async def _run(self) -> None:
        while not self.refused and not self.receipt:
            left = [] if self.saves_closed else self._unsent()
            if not left and not self.finishing:
                return
            try:
                await (self._save(left) if left else self._claim())
                if not self.finishing:
                    self.failures = 0
            except Unreachable:
                self.failures += 1
                self.platform.most_failures = max(self.platform.most_failures, self.failures)
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.failures - 1))
                await asyncio.sleep(pause * self.platform.dice.uniform(0.75, 1.25))

    def _own(self) -> dict[int, int]:
        """Question → seq of what was given on this device: what the platform is owed."""
        return {q: seq for q, (seq, *_) in self.answers.items() if q not in self.disk.taken_over}

    def _unsent(self) -> list[int]:
        return [q for q, seq in self._own().items() if self.acked.get(q, 0) < seq]

    async def _post(self, name: str, body: dict):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.disk.token}"}
        reply = await send(self.platform.port, compose("POST", self.urls[name], headers, json_body(body)))
        if reply.status not in ANSWERS:
            raise Unreachable(f"status {reply.status}")
        return reply

    def _as_answer(self, q: int) -> Answer:
        seq, choices, final = self.answers[q]
        return Answer(q, self.disk.epoch, seq, choices, final)

    async def _save(self, left: list[int]) -> None:
        items = [self._as_answer(q) for q in left]
        for item in items:
            self.platform.journal.will_send(self.sitting, item)
        wire = [{"q": i.q, "seq": i.seq, "choices": i.choices, "final": i.final, "t": 900} for i in items]
        asked_at = time.monotonic()
        reply = await self._post("save", {"epoch": self.disk.epoch, "items": wire})
        if reply.status == 410:
            self.saves_closed = True
            return
        if reply.status != 200:
            self._refuse(reply)
            return
        ack = {int(q): seq for q, seq in json.loads(reply.body)["ack"].items()}
        accepted = [item for item in items if ack.get(item.q, 0) >= item.seq]
        if not accepted:
            raise Unreachable("acknowledged nothing")
        self.platform.journal.acknowledge(self.sitting, accepted, asked_at)
        for item in accepted:
            self.acked[item.q] = max(self.acked.get(item.q, 0), ack[item.q])

    async def _claim(self) -> None:
        held, closed = self._own(), self.saves_closed
        asked_at = time.monotonic()
        reply = await self._post("finish", {"epoch": self.disk.epoch, "held": held})
        data = json.loads(reply.body)
        if reply.status == 200:
            answers = tuple(self._as_answer(q) for q in held)
            self.platform.journal.receive(Receipt(self.sitting, data["receipt"], answers), asked_at)
            self.receipt = data["receipt"]
        elif "missing" in data and not closed:
            for q in data["missing"]:
                self.acked[q] = 0
            raise Unreachable("answers are missing")
        else:
            self._refuse(reply)

    def _refuse(self, reply) -> None:
        self.refused = f"{reply.status} {reply.text}"


class Staff:
    """Whoever supervises, signed in through the page of everybody."""

    def __init__(self, port: int):
        self.browser = Browser(port)

    async def sign_in(self) -> None:
        await self.browser.get("/login")
        reply = await self.browser.post("/login", {"login": school.HEAD, "password": school.PASSWORD})
        if reply.status != 302:
            raise Refused(f"the head could not sign in: {reply.status}")

    async def allow_takeover(self, sitting: str) -> None:
        await self.browser.post(f"/passations/{sitting}/reprise/", {})


@dataclass(repr=False)
class Platform:
    """What all pupils of a run share. `calm`: nothing is asked of them but to answer."""

    port: int
    journal: Journal
    dice: random.Random
    staff: Staff
    calm: bool = False
    pace: float = 1.0
    most_failures: int = 0  # requests of one device that failed in a row
    told: Counter = field(default_factory=Counter)


@dataclass(repr=False)
class Pupil:
    """One candidate from the door to the receipt. `outcome` says how it ended, "" while it goes on."""

    platform: Platform
    place: school.Place
    outcome: str = ""
    stage: str = "at the door"

    async def sit(self) -> None:
        try:
            await self._sit()
            self.outcome = "finished"
        except (Refused, Unreachable) as error:
            self.outcome = str(error)

    async def _sit(self) -> None:
        dice, told = self.platform.dice, self.platform.told
        device, order = await self._enter(Disk())
        if await self._begin(device) != "running":
            raise Refused("a sitting that nobody had begun was taken")
        crash_at = dice.choice(order) if not self.platform.calm and dice.random() < 0.3 else 0
        move_at = dice.choice(order) if not self.platform.calm and dice.random() < 0.15 else 0
        former = None
        for place, q in enumerate(order, 1):
            self.stage = f"at question {place}"
            if q == move_at:
                self.stage += ", moving"
                told["takeovers"] += 1
                former, device = device, await self._move()
                if dice.random() < 0.5:
                    former.crash()
            await self._answer(device, q)
            if former and not former.refused:
                former.answer(q, dice.choice("ABC"), True)
            if q == crash_at:
                told["crashes"] += 1
                self.stage += ", coming back"
                device = await self._come_back(device)
        # The page asks the first question without a final answer: one that a former computer could not send in time.
        for q in order:
            await self._answer(device, q)
        self.stage = "finishing"
        device.finish()
        while not device.receipt:
            if device.refused:
                raise Refused(device.refused)
            await asyncio.sleep(0.05)

    async def _answer(self, device: Device, q: int) -> None:
        dice = self.platform.dice
        if (device.answers.get(q) or (0, "", False))[2]:
            return
        for _ in range(dice.randrange(2, 5)):
            device.answer(q, "".join(sorted(dice.sample("ABC", dice.randrange(3)))), False)
            await asyncio.sleep(dice.uniform(0.05, 0.5) * self.platform.pace)
        device.answer(q, device.answers[q][1], True)
        if device.refused:
            raise Refused(device.refused)

    async def _enter(self, disk: Disk) -> tuple[Device, list[int]]:
        """Number, code, identity, player: the device and the order of the questions."""
        browser = Browser(self.platform.port)
        await browser.get("/examen/")
        await browser.post("/examen/", {"number": self.place.number})
        await browser.get("/examen/connexion/")
        await browser.post("/examen/connexion/", {"code": self.place.code})
        await browser.get("/examen/identite/")
        page = await browser.get("/examen/epreuve/")
        self.platform.told["most tries of a page"] = max(self.platform.told["most tries of a page"], browser.most_tries)
        found = _PLAYER_DATA.search(page.text)
        if not found:
            raise Refused(f"no player at /examen/epreuve/: {page.status} {page.header('location')}")
        data = json.loads(found.group(1))
        device = Device(self.platform, self.place.sitting, data["urls"], disk, browser)
        return device, [question["q"] for question in data["questions"]]

    async def _begin(self, device: Device) -> str:
        while True:
            try:
                return await device.start()
            except Unreachable:
                await asyncio.sleep(1)

    async def _move(self) -> Device:
        """Another computer: refused until the supervisor allows it."""
        device, _ = await self._enter(Disk())
        while await self._begin(device) == "elsewhere":
            await self.platform.staff.allow_takeover(self.place.sitting)
        return device

    async def _come_back(self, device: Device) -> Device:
        """The page died: a new one on the same disk, which may have to go on without having heard from the platform."""
        dice = self.platform.dice
        if dice.random() < 0.5:
            await asyncio.sleep(dice.uniform(0, 0.2))
        device.crash()
        again = Device(self.platform, device.sitting, device.urls, device.disk, device.browser)
        while True:
            try:
                standing = await again.resume()
                break
            except Unreachable:
                if dice.random() < 0.5:
                    standing = "running"  # it goes on unheard
                    break
                await asyncio.sleep(0.5)
        if standing == "elsewhere":
            raise Refused("a device was shut out of its own sitting")
        again.run()
        return again
