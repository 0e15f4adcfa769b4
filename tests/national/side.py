"""A process with one database of the bench: asked on stdin, answers on stdout, a line of JSON each.

    python -m tests.national.side 2025-12-15T12:00:00+00:00

The platform's clock begins at that instant: the session that was generated is over today, and its pages closed.

fill PLACE     make one establishment of the nation, in a database that has none
pick           [place of a collège to look at, code of the academy that is nearest to 400 establishments]
open PLACE     sign in as its head, and as an administrator; let an exam go on there
page NAME      [seconds, processor seconds, the database's among them] of one request
bare NAME      the same of the queries of that page alone
plan NAME      [[SQL, milliseconds, plan], …] of its statements, as EXPLAIN (ANALYZE, BUFFERS) has them; rolled back
large          the tables of more than LARGE rows
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

BEGAN = timezone.now()
if __name__ == "__main__":
    FROM = datetime.fromisoformat(sys.argv[1])
    _real = timezone.now
    timezone.now = lambda: FROM + (_real() - BEGAN)

import django  # noqa: E402

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.core import signing  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from candidates.models import Candidate  # noqa: E402
from esr.core import searches  # noqa: E402
from esr.ops import nation, purging  # noqa: E402
from establishments.models import Establishment, Membership  # noqa: E402
from exams.actions import create_exam  # noqa: E402
from exams.auth import SITTING_COOKIE  # noqa: E402
from exams.models import Exam  # noqa: E402
from stats.actions import count_establishment  # noqa: E402
from tests.factories import CandidateFactory, UserFactory  # noqa: E402

SEED = 1
PUPILS = 60  # of the exam that goes on
SAVES = 20  # of one measure
TOKEN = "t" * 43
LARGE = 20_000
EXPLAINED = ("SELECT", "UPDATE", "DELETE")


def processor() -> float:
    """Seconds of processor that this process and its server process of the database have had; Linux."""
    backend = connection.connection.info.backend_pid
    return time.process_time() + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


def post(client: Client, name: str, body: dict, *key, **headers):
    return client.post(reverse(name, args=key), json.dumps(body), content_type="application/json", headers=headers)


def signed_in(user) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def administrator() -> Client:
    """Of the nation, who has given their telephone's code in this session."""
    user = UserFactory(username="bench", email="bench@example.org", is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
    client = signed_in(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


class Room:
    """An exam that goes on: its candidates begin one after another, and those who have begun save answers."""

    def __init__(self, school: Establishment):
        now = timezone.now()
        candidates = CandidateFactory.build_batch(
            PUPILS, establishment=school, year=school.year_at(now), division="BENCH", last_name="MESURE"
        )
        for number, candidate in enumerate(candidates):
            candidate.identifier = f"BENCH{number:06d}"
        self.exam = create_exam(
            establishment=school, kind="exam", attestation="ASSR1", name="Mesure", starts_at=now - timedelta(minutes=5),
            candidates=Candidate.objects.bulk_create(candidates), now=now - timedelta(days=1),
        )  # fmt: skip
        self.waiting = list(self.exam.sittings.order_by("pk").values_list("pk", flat=True))
        self.begun: list = []
        self.seq = 0
        self.client = Client(SERVER_NAME="localhost")

    def start(self) -> int:
        """The status of one beginning."""
        key = self.waiting.pop()
        self.client.cookies[SITTING_COOKIE] = signing.dumps(str(key), salt=SITTING_COOKIE)
        status = post(self.client, "sitting_start", {"token": TOKEN}).status_code
        self.begun.append(key)
        return status

    def save(self) -> int:
        """The status of one save."""
        self.seq += 1
        items = [{"q": self.seq % 20 + 1, "seq": self.seq, "choices": "A", "final": False, "t": 1000}]
        key = self.begun[self.seq % len(self.begun)]
        answer = post(self.client, "sitting_save", {"epoch": 1, "items": items}, key, Authorization=f"Bearer {TOKEN}")
        return answer.status_code


class Side:
    def __init__(self):
        self.calls: dict[str, Callable[[], object]] = {}
        self.statements: dict[str, list] = {}

    def fill(self, place: str) -> None:
        nation.load([int(place)], year=FROM.year, seed=SEED, now=BEGAN)
        nation.finish(year=FROM.year, now=BEGAN)

    def pick(self) -> list:
        trained = Exam.objects.filter(kind="training").values("establishment")
        sized = Establishment.objects.filter(pk__in=trained, time_zone="Europe/Paris")
        sized = sized.annotate(people=Count("candidates"))
        school = min(sized, key=lambda school: (abs(school.people - 240), school.pk))
        academies = Establishment.objects.values("academy").annotate(many=Count("pk")).order_by("academy")
        return [int(school.identifier[:7]), min(academies, key=lambda row: abs(row["many"] - 400))["academy"]]

    def open(self, place: str, academy: str) -> list:
        """[candidates, candidates of the exam, establishments of the academy] of the pages below."""
        school = Establishment.objects.get(identifier__startswith=f"{int(place):07d}")
        head = signed_in(Membership.objects.get(establishment=school, role="head").user)
        staff = administrator()
        exam = school.exams.filter(kind="exam").annotate(n=Count("sittings")).order_by("-n", "pk").first()
        room = Room(school)
        name = Candidate.objects.filter(establishment=school).order_by("pk").first().last_name
        now = timezone.now()

        def get(client, address, asked=None):
            return lambda: client.get(address, asked).status_code

        def search():
            """Posted, then the address that names nobody: what somebody who searches waits for."""
            found = head.post(reverse("candidate_list"), {"q": name}, follow=True)
            assert searches.PARAMETER in found.request["QUERY_STRING"]
            return found.status_code

        def save():
            return max(room.save() for _ in range(SAVES))

        def count_weeks():
            count_establishment(establishment=school, now=now)
            return 200

        def purge():
            """As on 2 January, with the checks of the commit; then undone."""
            with transaction.atomic(), connection.cursor() as cursor:
                now = datetime(FROM.year + 1, 1, 2, 12, tzinfo=UTC)
                purging.purge_establishment(school, FROM.year, now, purging.Report(FROM.year))
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
            return 200

        def look_for_what_is_left():
            assert purging.pending(FROM.year)
            return 200

        self.calls = {
            "list": get(head, reverse("candidate_list")),
            "search": search,
            "exams": get(head, reverse("exam_list")),
            "exam": get(head, reverse("exam_detail", args=[exam.pk])),
            "room": get(head, reverse("exam_detail", args=[room.exam.pk])),
            "exam statistics": get(head, reverse("exam_statistics", args=[exam.pk])),
            "statistics": get(head, reverse("statistics")),
            "academy": get(staff, reverse("academy_figures"), {"academie": academy}),
            "nation": get(staff, reverse("academy_figures")),
            "start": room.start,
            "save": save,
            "weeks": count_weeks,
            "purge": purge,
            "left": look_for_what_is_left,
        }
        for call in ("start", "save"):
            assert self.calls[call]() == 200
        theirs = Establishment.objects.filter(academy=academy).count()
        return [Candidate.objects.filter(establishment=school).count(), exam.sittings.count(), theirs]

    def page(self, name: str) -> list:
        began, spent = time.perf_counter(), processor()
        status = self.calls[name]()
        took = [time.perf_counter() - began, processor() - spent]
        if status != 200:
            raise RuntimeError(f"{name}: {status}")
        return took

    def _said(self, name: str) -> list[tuple[str, list]]:
        """The page's own statements with their values, read once."""

        def note(execute, sql, params, many, context):
            if sql.lstrip("( \n").startswith(EXPLAINED):
                said.append((sql, list(params or ())))
            return execute(sql, params, many, context)

        if name not in self.statements:
            said: list = []
            connection.force_debug_cursor = True  # the prepared ones come here as well: esr.core.statements
            with connection.execute_wrapper(note):
                self.calls[name]()
            connection.force_debug_cursor = False
            self.statements[name] = said
        return self.statements[name]

    def bare(self, name: str) -> list:
        """Without what it writes."""
        said = [(sql, params) for sql, params in self._said(name) if sql.lstrip("( \n").startswith("SELECT")]
        began, spent = time.perf_counter(), processor()
        for _ in range(SAVES if name == "save" else 1):
            with transaction.atomic(), connection.cursor() as cursor:
                for sql, params in said[: len(said) // SAVES] if name == "save" else said:
                    cursor.execute(sql, params)
                    cursor.fetchall()
        return [time.perf_counter() - began, processor() - spent]

    def plan(self, name: str) -> list:
        plans = []
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what they cost is part of the plan
            for sql, params in {repr(said): said for said in self._said(name)}.values():
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
                rows = [row for (row,) in cursor.fetchall()]
                took = next(row for row in rows if row.startswith("Execution Time"))
                plans.append([sql, float(took.split()[2]), rows])
            transaction.set_rollback(True)
        return plans

    def large(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE])
            return [name for (name,) in cursor.fetchall()]


def answer(side: Side, question: str):
    verb, *arguments = question.split(maxsplit=1)
    if verb in ("page", "bare", "plan"):
        return getattr(side, verb)(*arguments)
    return getattr(side, verb)(*" ".join(arguments).split())


if __name__ == "__main__":
    one = Side()
    for question in sys.stdin:
        print(json.dumps(answer(one, question.strip())), flush=True)
