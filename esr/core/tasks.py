from celery import shared_task
from django.utils import timezone

from esr.core import jobs, metrics, outbox


@shared_task
def run_job(key: str) -> None:
    jobs.run(key)


@shared_task
def revive_stale_jobs() -> None:
    metrics.beat_was_here()
    jobs.revive_stale()


@shared_task
def drop_old_job_files() -> None:
    jobs.drop_old_files(timezone.now())


@shared_task
def send_mails() -> None:
    outbox.send_due(timezone.now())
