from celery import shared_task

from esr.core import jobs


@shared_task
def run_job(key: str) -> None:
    jobs.run(key)


@shared_task
def revive_stale_jobs() -> None:
    jobs.revive_stale()
