"""A room sits an exam on one narrow line, and each question says how late its video began.

    python -m tests.room --devices 35 --mbit 8        (make room DEVICES=35 MBIT=8)

The platform is production's (PostgreSQL, Redis, gunicorn, Caddy with docs/Caddyfile), the questions and their media are
the bank's, the devices are the player's own pages in Chromium: in `--pages` of them the videos are decoded, in the
others a medium that plays is a clock. Everybody comes within `--arrival` seconds and presses « Commencer l'épreuve » at
once, which is the worst that a room can do. Ends with a table; exit code 1 when a question was later than the limit.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import school
from tests.faults.__main__ import until_served
from tests.faults.stack import Service, Stack, until
from tests.room.line import Line
from tests.services import caddy

QUESTIONS = 20
LIMIT = 2.0  # seconds that a question may begin late
SECONDS = 8  # of a video that is not decoded
DEVICE = Path(__file__).with_name("device.js")
MARKS = ("door", "identity", "ready", "end")

SHOWN = "document.body.innerText.replace(/\\s+/g, ' ').slice(0, 1500)"


@dataclass
class Device:
    """One of the room. `bytes_at`: what had come down by each of MARKS; `late`: question → seconds."""

    place: school.Place
    port: int
    decodes: bool
    bytes_at: dict[str, int] = field(default_factory=dict)
    seconds_at: dict[str, float] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(
        default_factory=list
    )  # seconds that each question waited for its media: the line's share
    without: set[int] = field(default_factory=set)  # questions whose video did not come
    outcome: str = ""
    page: object = None


class Room:
    def __init__(self, options: argparse.Namespace, line: Line):
        self.options, self.line = options, line
        self.dice = random.Random(options.seed)
        self.devices: list[Device] = []
        self.start = asyncio.Barrier(options.devices)

    async def sit(self, browser, device: Device) -> None:
        try:
            await self._sit(browser, device)
            device.outcome = "finished"
            print(
                f"{len(self.devices)} devices, {sum(d.outcome == 'finished' for d in self.devices)} finished",
                flush=True,
            )
        except Exception as error:  # a device that fails must not stop the room, and is counted
            device.outcome = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            first = not self.start.broken
            await self.start.abort()
            if first and device.page:  # the others only miss this one
                device.outcome += f" at {device.page.url}: {await device.page.evaluate(SHOWN)}"

    async def _sit(self, browser, device: Device) -> None:
        dice, options = self.dice, self.options
        await asyncio.sleep(dice.uniform(0, options.arrival))
        began = time.monotonic()

        def mark(name: str) -> None:
            device.bytes_at[name] = self.line.received[device.port]
            device.seconds_at[name] = time.monotonic() - began

        # Painting is this machine's share and not the line's: those that only keep time are small.
        size = (1024, 768) if device.decodes else (360, 640)
        context = await browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True)), locale="fr-FR")
        about = {"light": not device.decodes, "heavy": options.heavy, "seconds": SECONDS}
        await context.add_init_script(f"const ROOM = {json.dumps(about)};\n{DEVICE.read_text()}")
        page = await context.new_page()
        page.set_default_timeout(180_000)
        device.page = page
        await page.goto(f"http://127.0.0.1:{device.port}/examen/")
        mark("door")
        await page.get_by_label("Numéro de l'épreuve").fill(device.place.number)
        await page.get_by_role("button", name="Valider").click()
        await asyncio.sleep(dice.uniform(1, 5))  # letters are looked for
        await page.get_by_label("Code d'accès").fill(device.place.code)
        await page.get_by_role("button", name="Valider").click()
        begin = page.locator("a[data-begin][href]")
        await begin.wait_for()
        mark("identity")
        await asyncio.sleep(dice.uniform(1, 3))
        await begin.click()
        following = page.locator("[data-screen=tutorial] [data-next]")
        while await following.is_visible() or not await page.locator("[data-screen=ready]").is_visible():
            await following.click()
            await asyncio.sleep(dice.uniform(2, 6))  # a page of the tutorial
        mark("ready")
        await self.start.wait()
        await asyncio.sleep(dice.uniform(0, options.together))
        await page.locator("[data-screen=ready] [data-enter]").click()
        last = page.locator("[data-receipt]:not(:empty)")
        if options.questions < QUESTIONS:
            last = page.locator("[data-step]", has_text=f"Question {options.questions + 1} sur")
        await last.wait_for(timeout=options.timeout * 1000)
        mark("end")
        self._read(device, await page.evaluate("window.noted"))
        marks = (
            "['media-wanted', 'media-here'].map((name) => performance.getEntriesByName(name).map((m) => m.startTime))"
        )
        device.waits = [(here - wanted) / 1000 for wanted, here in zip(*await page.evaluate(marks), strict=False)]
        await context.close()

    def _read(self, device: Device, noted: list) -> None:
        wanted, begun = {}, None
        for what, step, at in noted:
            number = int(step.split()[-1]) if step else 0
            if what == "begun":
                begun = at
            elif what == "wanted":
                # The first one is wanted from the click on, with all that a beginning takes.
                wanted[number] = begun if number == 1 and begun else at
            elif number in wanted and number not in device.late:
                device.late[number] = (at - wanted[number]) / 1000
                if what == "without":
                    device.without.add(number)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(room: Room, options: argparse.Namespace, weight: float) -> bool:
    """Print the table; whether the room could sit its exam."""
    done = [device for device in room.devices if device.outcome == "finished"]
    late = [value for device in done for value in device.late.values()]
    kind = "H.264 and AAC" if options.heavy else "AV1 and Opus"
    print(
        f"\n{options.devices} devices ({options.pages} decode), {options.mbit:g} Mbit/s down, {options.up:g} up, "
        f"{options.latency:g} ms one way, loss {options.loss:g} %, "
        f"{kind}: {weight / 1000:.0f} kB a question"
    )
    for device in room.devices:
        if device.outcome != "finished":
            print(f"not finished: {device.outcome}")
    if not late:
        return False
    print(f"{'':<26}{'median':>10}{'p95':>10}{'longest':>10}{'limit':>10}")

    def row(name: str, values: list[float], unit: str, limit: str = "") -> None:
        figures = (statistics.median(values), percentile(values, 0.95), max(values))
        print(f"{name:<26}" + "".join(f"{value:>8.2f} {unit}" for value in figures) + f"{limit:>10}")

    row("first question late", [device.late[1] for device in done if 1 in device.late], "s", f"{LIMIT:.2f} s")
    others = [value for device in done for number, value in device.late.items() if number > 1]
    if others:
        row("other questions late", others, "s", f"{LIMIT:.2f} s")
    row("of it, for the media", [value for device in done for value in device.waits], "s", f"{LIMIT:.2f} s")
    decoding = [value for device in done if device.decodes for value in device.late.values()]
    if decoding:
        row("where it is decoded", decoding, "s", f"{LIMIT:.2f} s")
    row("first page after", [device.seconds_at["door"] for device in done], "s")
    row("« Commencer » after", [device.seconds_at["identity"] for device in done], "s")
    row("megabytes, first page", [device.bytes_at["door"] / 1e6 for device in done], "M")
    row("megabytes before start", [device.bytes_at["ready"] / 1e6 for device in done], "M")
    row("megabytes in all", [device.bytes_at["end"] / 1e6 for device in done], "M")
    without = sum(len(device.without) for device in done)
    over = sum(value > LIMIT for value in late)
    print(
        f"{len(late)} questions begun by {len(done)} devices: "
        f"{over} later than {LIMIT:g} s, {without} without their video"
    )
    return len(done) == options.devices and not over and not without


async def live(options: argparse.Namespace, folder: Path) -> bool:
    stack = Stack(folder)
    media = options.media.resolve()
    media.mkdir(parents=True, exist_ok=True)
    (folder / "data/media").symlink_to(media)
    os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="esr.settings")
    proxy = Proxy(folder, stack.web_port)
    line = Line(proxy.port, down=options.mbit, up=options.up, latency=options.latency / 1000, loss=options.loss / 100)
    try:
        await stack.up("postgresql")
        await until(lambda: stack.answers("postgresql"), "PostgreSQL")
        for command in (["migrate"], ["collectstatic", "--noinput"], ["load_bank"]):
            stack.manage(*command, "--verbosity", "0")
        import django

        django.setup()
        places = await asyncio.to_thread(school.open_rooms, options.devices, invented=False)
        codes, weight = await asyncio.to_thread(exam_of, places[0].number, media, heavy=options.heavy)
        print(f"Media of {len(codes)} questions in {media}…", flush=True)
        stack.manage("build_media", *codes, "--profile", options.profile)
        if not weight:
            _, weight = await asyncio.to_thread(exam_of, places[0].number, media, heavy=options.heavy)
        await stack.up("redis", "web")
        await until(lambda: stack.answers("redis") and stack.answers("web"), "the servers")
        proxy.start()
        await until_served(proxy.port)
        room = Room(options, line)
        for number, place in enumerate(places):
            room.devices.append(Device(place, await line.open(), decodes=number < options.pages))
        await sit(room)
        return report(room, options, weight)
    finally:
        await line.close()
        proxy.end()
        stack.down()


async def sit(room: Room) -> None:
    from playwright.async_api import async_playwright

    from tests.browser import CHROMIUM

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        print(f"{len(room.devices)} devices, {time.strftime('%H:%M:%S')}…", flush=True)
        await asyncio.gather(*(room.sit(browser, device) for device in room.devices))
        await browser.close()


class Proxy(Service):
    """Caddy as production has it, on a port of its own."""

    def __init__(self, folder: Path, web_port: int):
        command, environment, self.port = caddy(folder / "data", web_port)
        super().__init__("caddy", command, folder / "caddy.log", environment)


def exam_of(number: str, media: Path, *, heavy: bool) -> tuple[list[str], float]:
    """The codes of an exam's questions, and the mean weight in bytes of what a device fetches of each; 0 when some are
    not built yet."""
    from django.db import connection

    from exams.models import Question

    names = ("video.mp4", "reading.m4a") if heavy else ("light.mp4", "reading.webm")
    try:
        questions = list(Question.objects.filter(exam_questions__exam__number=number))
    finally:
        connection.close()
    files = [media / "bank" / question.media / name for question in questions for name in (*names, "media.json")]
    weight = sum(file.stat().st_size for file in files) / len(questions) if all(map(Path.exists, files)) else 0
    return [question.code for question in questions], weight


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.room", description=__doc__.partition("\n")[0])
    parser.add_argument("--devices", type=int, default=35, help="who sit at the same time")
    parser.add_argument("--pages", type=int, default=3, help="of them, those that decode their videos")
    parser.add_argument("--mbit", type=float, default=8, help="of the line, towards the school")
    parser.add_argument("--up", type=float, help="the other way (default: an eighth)")
    parser.add_argument("--latency", type=float, default=30, help="milliseconds one way")
    parser.add_argument("--loss", type=float, default=0, help="percent of the packets that come late")
    parser.add_argument("--heavy", action="store_true", help="browsers that play neither AV1 nor Opus")
    parser.add_argument("--arrival", type=float, default=60, help="seconds within which everybody opens the first page")
    parser.add_argument("--together", type=float, default=5, help="seconds within which everybody begins")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="after which a shorter look ends")
    parser.add_argument("--media", type=Path, default=Path("var/room/media"), help="where the bank's media are kept")
    parser.add_argument("--profile", default="fine", help="of the media that are missing: fine, or fast")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds that an exam may take")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.up = options.up or options.mbit / 8
    return options


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    if not shutil.which("caddy"):
        print("The room needs Caddy, production's proxy: apt-get install caddy", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="esr-room-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        return 0 if asyncio.run(live(options, folder)) else 1
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
