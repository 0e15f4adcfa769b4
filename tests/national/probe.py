"""Somebody at work while the year before is deleted: asked on stdin, answers on stdout, a line of JSON each.

    python -m tests.national.probe

open PLACE…    an exam of the present session goes on in these schools
begin          play it: pages and saves, one after another, until told to stop
end            {"page": [count, p50, p95, most], "save": …} in milliseconds, and "errors": how many answers were no 200
"""

import json
import sys
import threading
import time
import traceback

import django

django.setup()

from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402

from establishments.models import Establishment, Membership  # noqa: E402
from tests.national.side import Room, signed_in  # noqa: E402

PAUSE = 0.02  # between two requests
SAVES = 4  # for each page


class Probe:
    def __init__(self):
        self.over = threading.Event()
        self.took: dict[str, list[float]] = {"page": [], "save": []}
        self.errors: list[str] = []
        self.rooms: list[Room] = []
        self.pages: list = []
        self.playing: threading.Thread | None = None

    def open(self, *places: str) -> None:
        for place in places:
            school = Establishment.objects.get(identifier__startswith=f"{int(place):07d}")
            client = signed_in(Membership.objects.get(establishment=school, role="head").user)
            room = Room(school)
            for _ in range(10):
                assert room.start() == 200
            self.rooms.append(room)
            exam = reverse("exam_detail", args=[room.exam.pk])
            addresses = (reverse("candidate_list"), reverse("exam_list"), exam)
            self.pages += [(client, address) for address in addresses]

    def begin(self) -> None:
        self.over.clear()
        self.took, self.errors = {"page": [], "save": []}, []
        self.playing = threading.Thread(target=self._play, daemon=True)
        self.playing.start()

    def _play(self) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            if turn % (SAVES + 1):
                self._ask("save", self.rooms[turn % len(self.rooms)].save)
            else:
                client, address = self.pages[turn // (SAVES + 1) % len(self.pages)]
                self._ask("page", lambda client=client, address=address: client.get(address).status_code)
            time.sleep(PAUSE)
        connection.close()

    def _ask(self, kind: str, call) -> None:
        began = time.perf_counter()
        try:
            status = call()
        except Exception:
            traceback.print_exc()
            status = 500
        self.took[kind].append(1000 * (time.perf_counter() - began))
        if status != 200:
            self.errors.append(f"{kind}: {status}")

    def end(self) -> dict:
        self.over.set()
        self.playing.join()
        return {kind: _spread(took) for kind, took in self.took.items()} | {"errors": self.errors}


def _spread(took: list[float]) -> list[float]:
    ordered = sorted(took)
    return [len(took), *(ordered[int(part * (len(took) - 1))] for part in (0.5, 0.95, 1))] if took else [0, 0, 0, 0]


if __name__ == "__main__":
    probe = Probe()
    for question in sys.stdin:
        verb, *arguments = question.split()
        print(json.dumps(getattr(probe, verb)(*arguments)), flush=True)
