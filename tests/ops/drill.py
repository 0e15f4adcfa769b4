"""A process that has the database of the workers under test: asked on stdin, answers on stdout, a line of JSON each.

seed N    a school with N admitted candidates, and two jobs: their attestations, the archive of the session
look      [state, attempts, file] of each job, by kind
revive    what beat does every minute, as if the workers had been silent for long
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from certificates.queries import ARCHIVE  # noqa: E402
from certificates.tasks import ATTESTATIONS  # noqa: E402
from esr.core import jobs  # noqa: E402
from esr.core.models import Job  # noqa: E402
from tests.factories import ExamFactory, SittingFactory  # noqa: E402
from tests.test_six_hundred import letters  # noqa: E402


def seed(count: str) -> None:
    call_command("migrate", verbosity=0)
    exam = ExamFactory(starts_at=timezone.now() - timedelta(hours=5), exam_questions__count=2)
    sittings = [
        SittingFactory(exam=exam, closed=True, order=[1, 2], candidate__last_name=letters(n)) for n in range(int(count))
    ]
    school = exam.establishment
    common = {"scope": str(school.pk), "establishment": school.pk}
    candidates = [sitting.candidate_id for sitting in sittings]
    jobs.start(ATTESTATIONS, title="Attestations", candidates=candidates, account=1, **common)
    jobs.start(ARCHIVE, title="Archive", year=exam.year, **common)


def look() -> dict:
    return {job.kind: [job.state, job.attempts, job.file, str(job.pk)] for job in Job.objects.all()}


def revive() -> int:
    jobs.STALE_AFTER = timedelta(0)
    return jobs.revive_stale()


if __name__ == "__main__":
    for line in sys.stdin:
        verb, *arguments = line.split()
        answer = {"seed": seed, "look": look, "revive": revive}[verb](*arguments)
        print(json.dumps(answer), flush=True)
