"""« Travaux »: the long tasks that somebody asked for, followed, stopped, done again, and their files taken.

Heads see all of their establishment; a supervisor sees what the room needs (see `jobs.Task.for_supervisors`).
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job, JobQuerySet
from establishments import queries
from establishments.enums import Role
from establishments.perms import staff

# htmx stops asking when it is answered with this status.
HTMX_STOP_POLLING = 286
SHOWN = 50


def _jobs(request) -> JobQuerySet:
    found = queries.jobs_of(request.establishment, timezone.now())
    is_head = request.membership.role == Role.HEAD
    return found if is_head else found.filter(kind__in=jobs.kinds_for_supervisors())


def _job_of(request, pk) -> Job:
    return get_object_or_404(_jobs(request), pk=pk)


def _context(job: Job) -> dict:
    return {
        "job": job,
        "JobState": JobState,
        "has_file": jobs.has_file(job),
        "can_cancel": jobs.makes_file(job) and not job.is_over,
        "can_start_again": jobs.can_start_again(job),
        "why_once": jobs.why_once(job),
        "kept_until": jobs.kept_until(job),
    }


@dataclass(frozen=True)
class Line:
    job: Job
    href: str
    has_file: bool


@staff
@never_cache
@require_safe
def job_list(request):
    lines = [Line(job, reverse(jobs.page_of(job), args=[job.pk]), jobs.has_file(job)) for job in _jobs(request)[:SHOWN]]
    context = {"lines": lines, "JobState": JobState, "days": jobs.FILES_KEPT.days}
    return render(request, "establishments/school/job_list.html", context)


@staff
@never_cache
@require_safe
def job(request, pk):
    return render(request, "establishments/school/job.html", _context(_job_of(request, pk)))


@staff
@never_cache
@require_safe
def job_status(request, pk):
    """The part of the page that htmx asks for again until the job is over."""
    job = _job_of(request, pk)
    status = HTMX_STOP_POLLING if job.is_over else 200
    return render(request, "establishments/school/_job.html", {**_context(job), "fragment": True}, status=status)


@staff
@require_POST
def job_file(request, pk):
    """The file; posted, for whoever takes it may be written down. Gone once it is no longer kept."""
    job = _job_of(request, pk)
    try:
        content = jobs.fetch(job, account=request.user.pk)
    except FileNotFoundError:
        if not job.filename:
            return redirect("job", job.pk)
        return render(request, "establishments/school/job.html", _context(job), status=410)
    response = FileResponse(content, as_attachment=True, filename=job.filename)
    response["Cache-Control"] = "private, no-store"
    return response


@staff
@require_POST
def job_cancel(request, pk):
    job = _job_of(request, pk)
    try:
        jobs.cancel(job)
    except jobs.NotPossible as error:
        messages.error(request, str(error))
    return redirect("job", job.pk)


@staff
@require_POST
def job_again(request, pk):
    """« Réessayer » and « Refaire »: another job of the same arguments."""
    job = _job_of(request, pk)
    try:
        job = jobs.start_again(job, account=request.user.pk)
    except jobs.NotPossible as error:
        messages.error(request, str(error))
    return redirect("job", job.pk)
