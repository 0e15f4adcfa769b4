"""Every benchmark, one line a figure: name, ours, the limit or peer measured in the same run, ratio.

    make bench
    make bench NATIONAL=1      a whole nation's, alone: tests/national/bench.py

On PostgreSQL started for the purpose. Each pair is measured in turn, several rounds, medians; machines are noisy, so
the ratio is what counts.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests import services

ROUNDS = 5


def medians(ours: Callable[[], None], peer: Callable[[], None], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds of each, measured A B A B … after one warm-up."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for measured, call in zip(times, (ours, peer), strict=True):
            started = time.perf_counter()
            call()
            if turn:
                measured.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def line(name: str, ours: float, peer_name: str, peer: float, unit: str, wanted: str) -> None:
    print(f"{name:<46} {ours:>9.2f} {unit:<5} {peer_name}: {peer:.2f} {unit:<5} ratio {ours / peer:6.2f}  ({wanted})")


def bench_import() -> None:
    """3,000 rows from the bytes of a CSV to the table, preview and confirmation, against the bare bulk_create of the
    same rows; and the same pupils out of SIECLE BEE's XML."""
    from django.utils import timezone

    from candidates import actions, resources
    from candidates.models import Candidate
    from candidates.siecle.gateway import gateway
    from exams.actions import confirm_import, draft_from_siecle
    from exams.queries import draft_preview
    from tests.corpus.files import export, pupil
    from tests.factories import EstablishmentFactory

    school = EstablishmentFactory(identifier="0750655E")
    year, now = school.current_year, timezone.now()
    head = "INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE"
    rows = [f"{130_000_000 + n}AC;DUPONT{n};Éloïse;03/04/{year - 13};5A;F;ASSR1;non" for n in range(IMPORTED)]
    content = "\r\n".join([head, *rows]).encode("cp1252")
    xml = export(*(pupil(year, n, NOM_DE_FAMILLE=f"DUPONT{n}") for n in range(1, IMPORTED + 1)))

    def confirm(draft) -> None:
        confirm_import(draft=draft, seen=draft_preview(draft, now).fingerprint, now=now)

    def from_csv() -> None:
        Candidate.objects.all().delete()
        reading = resources.read(content, year=year, attestations=school.attestations)
        confirm(actions.keep_draft(establishment=school, year=year, filename="c.csv", reading=reading))

    def from_siecle() -> None:
        Candidate.objects.all().delete()
        confirm(draft_from_siecle(establishment=school, gateway=gateway(), now=now, files=[xml], filename="e.xml"))

    def bare() -> None:
        Candidate.objects.all().delete()
        for candidate in ready:
            candidate.pk = None
        Candidate.objects.bulk_create(ready)

    for name, ours in (("CSV", from_csv), ("SIECLE", from_siecle)):
        ours()
        ready = list(Candidate.objects.all())
        assert len(ready) == IMPORTED
        seconds, peer = medians(ours, bare)
        line(f"import of {IMPORTED} candidates, {name}", seconds, "bulk_create", peer, "s", "a few seconds")


IMPORTED = 3000


def bench_list() -> None:
    """« Liste des candidats » with 2,000 candidates and their results, sorted and searched, against the two bare
    queries behind it."""
    from urllib.parse import parse_qsl

    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from candidates.models import Candidate
    from exams.models import Sitting
    from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory

    client = Client(SERVER_NAME="localhost")
    membership = MembershipFactory()
    client.force_login(membership.user)
    school = membership.establishment
    Candidate.objects.bulk_create(CandidateFactory.build_batch(2000, establishment=school))
    candidates = list(Candidate.objects.of(school))
    exam = ExamFactory(establishment=school, starts_at=timezone.now() - timedelta(hours=5))
    Sitting.objects.bulk_create(SittingFactory.build(exam=exam, candidate=c, closed=True) for c in candidates)
    address = reverse("candidate_list")

    def ours(**asked) -> None:
        assert client.get(address, asked).status_code == 200

    found = client.post(address, {"q": "admis", "tri": "-resultat"})["Location"].partition("?")[2]

    def bare() -> None:
        list(Candidate.objects.of(school))
        list(Sitting.objects.of(school).select_related("exam").defer("responses"))

    for name, asked in (("the page", {}), ("search and sort", dict(parse_qsl(found)))):
        seconds, peer = medians(lambda asked=asked: ours(**asked), bare)
        line(f"list of 2,000, {name}", 1000 * seconds, "bare queries", 1000 * peer, "ms", "lower is better")


def bench_save() -> None:
    """A save of one answer through the whole application, against a bare psycopg update and commit."""
    import json

    import psycopg
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from exams import actions
    from tests.factories import SittingFactory

    sitting = SittingFactory()
    token = "t" * 43
    actions.start_sitting(sitting=sitting, token=token, now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    address = reverse("sitting_save", args=[sitting.pk])
    count = 200
    seq = 0

    def ours() -> None:
        nonlocal seq
        for _ in range(count):
            seq += 1
            items = [{"q": seq % 20 + 1, "seq": seq, "choices": "A", "final": False, "t": 1000}]
            response = client.post(
                address,
                json.dumps({"epoch": 1, "items": items}),
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}"},
            )
            assert response.status_code == 200, response.content

    settings = connection.settings_dict
    bare_connection = psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"]
    )
    bare_connection.execute("CREATE TABLE bare (sitting uuid, q int, choices text, seq int, PRIMARY KEY (sitting, q))")
    bare_connection.commit()
    upsert = (
        "INSERT INTO bare VALUES (%s, %s, 'A', %s) ON CONFLICT (sitting, q) "
        "DO UPDATE SET choices = EXCLUDED.choices, seq = EXCLUDED.seq WHERE bare.seq < EXCLUDED.seq"
    )

    def bare() -> None:
        nonlocal seq
        for _ in range(count):
            seq += 1
            bare_connection.execute(upsert, (sitting.pk, seq % 20 + 1, seq))
            bare_connection.commit()

    seconds, peer = medians(ours, bare)
    bare_connection.close()
    line("a save, server side", 1000 * seconds / count, "bare upsert", 1000 * peer / count, "ms", "lower is better")


def bench_documents() -> None:
    """Processor time of a page of attestations (sealed) and of convocations in a batch, against what it may cost: one
    WeasyPrint document per candidate, one for fifty, and ours. Then the memory at its fullest, for many and for more.
    """
    from datetime import date
    from unittest.mock import patch

    from certificates import documents
    from esr.core import pdf, pdf_series
    from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

    today = date(2026, 3, 2)
    exam = ExamFactory.build(
        establishment=EstablishmentFactory.build(),
        attestation="ASSR2",
        place="Salle 12",
        convocation_text="Apportez votre casque.",
    )
    sittings = [
        SittingFactory.build(
            exam=exam, candidate=CandidateFactory.build(establishment=exam.establishment, last_name=name), closed=True
        )
        for name in (f"DUPONT{number:04d}" for number in range(LARGE_BATCH))
    ]
    made = {
        "attestations": lambda part: documents.attestations(part, issued_on=today),
        "convocations": lambda part: documents.convocations(exam, part, issued_on=today),
    }

    def plain(template, contexts, progress):
        return [pdf.render(template, context) for context in contexts]

    for name, make in made.items():

        def each(part, make=make):
            for sitting in part:
                make([sitting])

        for how, call, count, by in (
            ("one document each", each, 20, plain),
            ("one document", make, 50, plain),
            ("ours, a class", make, 30, pdf_series.render),
            ("ours", make, 800, pdf_series.render),
        ):
            with patch.object(pdf_series, "render", by):
                call(sittings[:3])
                started = time.process_time()
                call(sittings[:count])
                spent = (time.process_time() - started) / count
            line(f"{name}, {how}, {count} pages", 1000 * spent, "allowed", 3, "cpu ms", "at most 1")

    peaks = []
    for count in (800, LARGE_BATCH):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        made["attestations"](sittings[:count])
        peaks.append(peak_memory())
    line(f"attestations, memory for {LARGE_BATCH}", peaks[1], "for 800", peaks[0], "MB", "near 1")


LARGE_BATCH = 3000


def peak_memory() -> float:
    """The process's peak, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def bench_public_site() -> None:
    """The questions that the public site hands out, as thirty pupils fetch them at once, against reading the bank for
    each of them; and what they weigh on the way."""
    from django.core.cache import cache
    from django.test import Client
    from django.urls import reverse

    from exams.actions import load_bank
    from exams.bank import source

    questions = source.load()
    load_bank(questions=questions, media={question.code: "0" * 20 for question in questions})
    client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_ENCODING="gzip")
    address = reverse("practice_questions", args=["ASSR1"])

    def ours() -> None:
        for _ in range(CLASS):
            assert client.get(address).status_code == 200

    def each() -> None:
        for _ in range(CLASS):
            cache.clear()
            client.get(address)

    seconds, peer = medians(ours, each)
    line(f"public questions, {CLASS} pupils", 1000 * seconds, "read each time", 1000 * peer, "ms", "lower is better")
    packed, plain = len(client.get(address).content), len(Client(SERVER_NAME="localhost").get(address).content)
    line("public questions on the way", packed / 1024, "unpacked", plain / 1024, "KiB", "lower is better")


CLASS = 30


def bench_media() -> None:
    """Processor time of a question's whole media (both codecs, voice, captions, still), against what the bank may cost
    to be built in ten minutes on two cores; then a film of twenty questions against its own length: the first time,
    and once its parts are there."""
    import resource
    import tempfile

    from exams.bank import build, film, source

    def spent() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in used)

    bank = source.load()
    questions = bank[:: len(bank) // MEDIA_BUILT][:MEDIA_BUILT]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        before = spent()
        report = build.build(questions, root / "bank")
        each = (spent() - before) / len(questions)
        assert not report.failed
        line(f"media of a question, of {len(bank)}", each, "allowed", 2 * 600 / len(bank), "cpu s", "at most 1")
        asked = [
            film.Asked(
                root / "bank" / build.media_key(q), q.statement, tuple(p.text for p in q.propositions), q.several
            )
            for q in questions
        ] * 2
        for name in ("first time", "once its parts exist"):
            started = time.perf_counter()
            seconds = film.make(asked, root / "film.mp4", parts=root / "parts", answer_seconds=45)
            speed = seconds / (time.perf_counter() - started)
            line(f"film of {seconds:.0f} s, {name}", speed, "its own pace", 1, "s/s", "higher is better")
        size = (root / "film.mp4").stat().st_size / 1e6
        line(f"film of {len(asked)}, size", size, "a USB stick's share", 200, "MB", "at most 1")


MEDIA_BUILT = 10


def bench_strangers() -> None:
    """A wrong password for an address with an account and for one without: the time must not tell."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.core.cache import cache
    from django.test import Client

    from tests.factories import UserFactory

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # production's
    UserFactory(email="ce.connu@example.org", password=make_password("Un-mot-de-passe-1"))
    stranger = Client(SERVER_NAME="localhost")

    def asks(login: str) -> None:
        cache.clear()
        response = stranger.post("/login", {"login": login, "password": "Faux-mot-de-passe-1"})
        assert response.status_code == 200

    known, unknown = medians(lambda: asks("ce.connu@example.org"), lambda: asks("ce.inconnu@example.org"), rounds=20)
    line("sign in, known address", 1000 * known, "unknown address", 1000 * unknown, "ms", "ratio 0.95 to 1.05")


def main(arguments: list[str]) -> int:
    if arguments:
        from tests.national import bench as national

        return national.main(float(arguments[0]))
    with services.both() as production:
        os.environ.update(production, DJANGO_SETTINGS_MODULE="tests.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for bench in (
            bench_import,
            bench_list,
            bench_save,
            bench_documents,
            bench_public_site,
            bench_media,
            bench_strangers,
        ):
            bench()
        from django.db import connections

        connections.close_all()
    # A sitting and a save, on servers of their own.
    return subprocess.run([sys.executable, "-m", "tests.capacity"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
