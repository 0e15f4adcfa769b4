"""Every benchmark, one line a figure: name, ours, the limit or peer measured in the same run, ratio.

    make bench

On PostgreSQL started for the purpose. Each pair is measured in turn, several rounds, medians; machines are noisy, so
the ratio is what counts.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

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
    print(f"{name:<34} {ours:>9.2f} {unit:<5} {peer_name}: {peer:.2f} {unit:<5} ratio {ours / peer:6.2f}  ({wanted})")


def bench_import() -> None:
    """2,000 rows from the bytes of a CSV to the table, against the bare bulk_create of the same rows."""
    from candidates import actions, queries, resources
    from candidates.models import Candidate
    from tests.factories import EstablishmentFactory

    school = EstablishmentFactory()
    year = school.current_year
    head = "INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE"
    rows = [f"{130_000_000 + n}AC;DUPONT{n};Éloïse;03/04/{year - 13};5A;F;ASSR1;non" for n in range(2000)]
    content = "\r\n".join([head, *rows]).encode("cp1252")

    def ours() -> None:
        Candidate.objects.all().delete()
        reading = resources.read(content, year=year, attestations=school.attestations)
        draft = actions.keep_draft(establishment=school, year=year, filename="c.csv", rows=reading.rows)
        actions.confirm_import(draft=draft, seen=queries.import_preview(draft).fingerprint)

    ours()
    ready = list(Candidate.objects.all())

    def bare() -> None:
        Candidate.objects.all().delete()
        for candidate in ready:
            candidate.pk = None
        Candidate.objects.bulk_create(ready)

    seconds, peer = medians(ours, bare)
    line("import of 2,000 candidates", seconds, "bulk_create", peer, "s", "a few seconds")


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


def bench_convocations() -> None:
    """Convocations a second as one document, against one WeasyPrint document per candidate."""
    from django.utils import timezone

    from certificates import documents
    from tests.factories import ExamFactory, SittingFactory

    exam = ExamFactory(place="Salle 12", convocation_text="Apportez votre casque.")
    sittings = [SittingFactory(exam=exam) for _ in range(60)]
    today = timezone.localdate()

    def ours() -> None:
        documents.convocations(exam, sittings, issued_on=today)

    def one_by_one() -> None:
        for sitting in sittings[:20]:
            documents.convocations(exam, [sitting], issued_on=today)

    seconds, peer = medians(ours, one_by_one, rounds=3)
    line("convocations", 60 / seconds, "one document each", 20 / peer, "/s", "higher is better")


def main() -> int:
    with services.both() as production:
        os.environ.update(production, DJANGO_SETTINGS_MODULE="tests.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for bench in (bench_import, bench_save, bench_convocations):
            bench()
        from django.db import connections

        connections.close_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
