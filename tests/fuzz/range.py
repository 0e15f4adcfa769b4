"""Where requests are sent, and what each of them must not do."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from candidates.models import Candidate, ImportDraft
from esr.core.models import Job
from exams.models import Exam, SiecleExport, Sitting
from tests.conftest import _HOUSEKEEPING, _WRITES
from tests.corpus.strings import MARK
from tests.fuzz.shots import Gunner, Shot
from tests.test_rights import School, World, make_world

_READING = {"GET", "HEAD", "OPTIONS", "get"}
# Who may read which school's pupils: nobody is told of the other's.
_OF = {
    "candidate": "a", "supervisor": "a", "head": "a", "delegated supervisor": "a", "head of another school": "b",
    "national": "ab", "national without a code": "",
}  # fmt: skip
_EVALUATED = f"49{MARK}".encode()


@dataclass
class Report:
    requests: int = 0
    faults: list[str] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    patterns: set[str] = field(default_factory=set)


class Range:
    """A world with two schools, and requests to it that leave no trace."""

    def __init__(self, seed: int):
        self.world: World = make_world()
        for school in (self.world.a, self.world.b):
            _mark(school)
        self.clients = {role: _quiet(client) for role, client in self.world.clients.items()}
        self.gunner = Gunner(self.world, seed, self.clients)
        self.schools = {"a": self.world.a, "b": self.world.b}
        self.before = {letter: _rows(school) for letter, school in self.schools.items()}

    def run(self, numbers: Iterable[int]) -> Iterator[Report]:
        """The report, which grows, after each request."""
        report = Report()
        for number in numbers:
            shot = self.gunner.shot(number)
            began = time.perf_counter()
            status, faults = self.judge(shot)
            report.slowest = sorted([*report.slowest, (time.perf_counter() - began, str(shot)[:120])])[-5:]
            report.requests += 1
            report.statuses[status] += 1
            report.patterns.add(shot.name)
            report.faults += [f"{fault}\n    {shot}" for fault in faults]
            yield report

    def judge(self, shot: Shot) -> tuple[int, list[str]]:
        """The status of the answer, and everything that is wrong with it."""
        cache.clear()
        client, writes = self.clients[shot.role], []
        cookies = client.cookies.output(header="", sep=";")

        def watch(execute, sql, params, many, context):
            if _WRITES.match(sql) and not _HOUSEKEEPING.search(sql):
                writes.append(sql[:100])
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = _sent(client, shot)
            status, content = response.status_code, _content(response)
            faults = [f"{status}: {_last(response)}"] if status >= 500 else []
            if shot.method in _READING and writes:
                faults.append(f"a reading request wrote: {writes[0]}")
            faults += _told(shot, response, content)
            if writes and status < 500 and "national" not in shot.role:
                faults += self._changed(shot)
            transaction.set_rollback(True)
        client.cookies = SimpleCookie(cookies)
        return status, faults

    def _changed(self, shot: Shot) -> list[str]:
        """The schools that are not this role's and are not as they were."""
        foreign = set("ab") - set(_OF.get(shot.role, ""))
        return [
            f"what school {letter} has was changed"
            for letter in sorted(foreign)
            if _rows(self.schools[letter]) != self.before[letter]
        ]


def _quiet(strict: Client) -> Client:
    """The same person, whose mistakes are answered instead of raised."""
    client = Client(raise_request_exception=False)
    client.cookies = strict.cookies
    return client


def _mark(school: School) -> None:
    """Every name of the school's can be told from everything that requests bring."""
    canary = f"CANARI{school.establishment.identifier}"
    for candidate in Candidate.objects.of(school.establishment):
        Candidate.objects.filter(pk=candidate.pk).update(last_name=f"{canary}{candidate.pk}")
    Exam.objects.of(school.establishment).update(name=f"{canary} épreuve")


def _rows(school: School) -> list:
    """What a school has, but for what its own candidates' devices say all the time."""
    establishment = school.establishment
    return [
        list(Candidate.objects.of(establishment).order_by("pk").values()),
        list(Exam.objects.of(establishment).order_by("pk").values()),
        list(Sitting.objects.of(establishment).order_by("pk").values()),
        list(ImportDraft.objects.of(establishment).order_by("pk").values()),
        list(SiecleExport.objects.of(establishment).order_by("pk").values()),
        list(Job.objects.filter(scope=str(establishment.pk)).order_by("pk").values()),
        list(establishment.memberships.order_by("pk").values()),
    ]


def _sent(client: Client, shot: Shot):
    return client.generic(shot.method, shot.path, shot.body, shot.content_type, headers=shot.headers)


def _content(response) -> bytes:
    if response.streaming:
        return b"".join(response)
    return response.content


def _last(response) -> str:
    """The failure behind a 500, and where in the house it happened."""
    if not getattr(response, "exc_info", None):
        return "no exception"
    kind, error, trace = response.exc_info
    places = []
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{kind.__name__}: {str(error)[:160]!r} at {' < '.join(places[:-6:-1])}"


def _told(shot: Shot, response, content: bytes) -> list[str]:
    """Names of a foreign school, and hostile texts that came back as they went."""
    faults = []
    for letter, identifier in (("a", b"CANARI0750655E"), ("b", b"CANARI9740999T")):
        if letter not in _OF.get(shot.role, "") and identifier in content:
            faults.append(f"a pupil or exam of school {letter} is named")
    if not response.get("Content-Type", "").startswith("text/html"):
        return faults
    if _EVALUATED in content:
        faults.append("a template in a text was evaluated")
    for value in shot.values:
        if MARK in value and re.search('[<"]', value) and value.encode("utf-8", "replace") in content:
            faults.append(f"came back unescaped: {value[:80]!r}")
    return faults
