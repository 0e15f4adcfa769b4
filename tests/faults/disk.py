"""The disk fills up, under PostgreSQL, uploads, jobs and logs alike, until somebody makes room.

The disk is a small tmpfs of this run's own, so this scene alone needs the right to mount one. Control: `bare-errors`.
"""

import asyncio
import contextlib
import subprocess
import time
from pathlib import Path

from tests.faults.restart import is_ready
from tests.faults.scene import PATIENCE, Day, ordinary, start
from tests.faults.stack import Stack
from tests.faults.wire import Reply, Unreachable

SIZE = "600m"
FULL = 6  # seconds
TOLD = "La plateforme n’a plus de place pour enregistrer"
_LARGE = 4 * 1024 * 1024  # bytes: more than a request keeps in memory


def stack(folder, options) -> Stack:
    disk = folder / "disk"
    disk.mkdir()
    folder.chmod(0o755)  # PostgreSQL's own user goes through
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], check=True)
    try:
        return ordinary(disk, options)
    except BaseException:
        _unmount(disk)
        raise


def clean(stack: Stack) -> None:
    _unmount(stack.folder)


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", folder], check=True)


async def happen(day: Day) -> None:
    ballast = day.stack.folder / "ballast"
    async with day.act("disk full"):
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 16))
        since = time.monotonic()
        told = []
        while time.monotonic() - since < FULL or not told:
            reply = await _uploads(day)
            told += [TOLD] if reply and TOLD in reply.text else []
            if time.monotonic() - since > PATIENCE:
                break
            await asyncio.sleep(0.5)
        day.notes["told of a full disk"] = bool(told)
        ballast.unlink()
        if not day.stack.services["postgresql"].look():  # it could not write on, and could not begin again either
            await start(day.stack, "postgresql", lambda: is_ready(day.stack.cluster.port))
    day.notes["half-written"] = [
        file.name for name in ("uploads", "jobs") for file in (day.stack.folder / "data" / name).glob("*")
    ]


async def _uploads(day: Day) -> Reply | None:
    """Staff send a large file."""
    browser, line = day.staff.browser, "-----the-line"
    fields = f'--{line}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
    fields += f"{browser.cookies.get('csrftoken', '')}\r\n--{line}\r\n"
    fields += 'Content-Disposition: form-data; name="file"; filename="liste.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = fields.encode() + b"x" * _LARGE + f"\r\n--{line}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={line}"}
    with contextlib.suppress(Unreachable):
        return await browser.exchange("POST", "/candidats/importer/", body, headers)
    return None
