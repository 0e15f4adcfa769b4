"""The figures of /mesures/, for Prometheus: what web servers counted, and how the platform stands."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from esr.core import metrics
from esr.core.enums import JobState
from esr.core.models import Job
from esr.ops import purging
from exams import rules
from exams.enums import SittingState
from exams.models import Sitting

FAILED_LATELY = timedelta(hours=1)
PURGE_LOOKED_AT = 60 * 60  # seconds: whether anything is left to purge reads every establishment
_KEYS = ("SEAL_KEYS", "ATTESTATION_KEYS", "LOG_KEYS")


def exposition(now: datetime) -> bytes:
    """All figures in Prometheus' text format, of all processes of this web server."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(metrics.REQUESTS)
        registry.register(metrics.SECONDS)
    registry.register(Standing(now))
    return generate_latest(registry)


class Standing(Collector):
    """What the database and the cache say: the same whichever web server is asked."""

    def __init__(self, now: datetime):
        self.now = now

    def collect(self) -> Iterable:
        try:
            found = [*self._sittings(), *self._jobs(), self._purge()]
        except Error:
            found = []
        yield GaugeMetricFamily("esr_database_up", "Whether the database answered.", value=bool(found))
        yield from found
        yield from self._workers()
        yield self._keys()

    def _sittings(self) -> Iterable:
        running = Sitting.objects.filter(
            state=SittingState.RUNNING, exam__ends_at__gt=self.now - rules.LATE_ARRIVAL
        ).count()
        yield GaugeMetricFamily("esr_sittings_open", "Candidates in the middle of an exam.", value=running)

    def _jobs(self) -> Iterable:
        jobs = GaugeMetricFamily("esr_jobs", "Jobs that wait, run, or failed in an hour.", labels=["state"])
        unfinished = dict(Job.objects.unfinished().order_by().values_list("state").annotate(Count("pk")))
        for state in (JobState.WAITING, JobState.RUNNING):
            jobs.add_metric([state.value], unfinished.get(state.value, 0))
        failed = Job.objects.filter(state=JobState.FAILED, finished_at__gt=self.now - FAILED_LATELY).count()
        jobs.add_metric([JobState.FAILED.value], failed)
        yield jobs
        oldest = Job.objects.filter(state=JobState.WAITING).aggregate(at=Min("created_at"))["at"]
        age = (self.now - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("esr_job_oldest_waiting_seconds", "Age of the oldest job that waits.", value=age)

    def _purge(self) -> GaugeMetricFamily:
        """Over everywhere and still there: the purge is due, refused, or at work."""
        year = purging.last_year_over(self.now)
        due = cache.get_or_set(f"metrics-purge-{year}", lambda: int(not purging.is_done(year)), PURGE_LOOKED_AT)
        return GaugeMetricFamily("esr_purge_due", "Whether a session that is over is still there.", value=due)

    def _workers(self) -> Iterable:
        mails = CounterMetricFamily("esr_mails", "E-mails, taken by the mail server or not.", labels=["outcome"])
        mails.add_metric(["sent"], cache.get(metrics.MAILS_SENT, 0))
        mails.add_metric(["failed"], cache.get(metrics.MAILS_FAILED, 0))
        yield mails
        if seen := cache.get(metrics.BEAT):
            age = max(0, self.now.timestamp() - seen)
            yield GaugeMetricFamily("esr_beat_age_seconds", "Since a worker last heard of beat.", value=age)

    def _keys(self) -> GaugeMetricFamily:
        keys = GaugeMetricFamily("esr_key_present", "Whether there is a key of the year.", labels=["keys", "when"])
        for name in _KEYS:
            for when, year in (("this year", self.now.year), ("next year", self.now.year + 1)):
                there = getattr(settings, name).sealing(year) is not None
                keys.add_metric([name.lower(), when], int(there))
        return keys
