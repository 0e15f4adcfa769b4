"""« Film de l’épreuve »: asked for, followed and downloaded by whoever runs the exam."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from esr.core import jobs
from esr.core.enums import JobState
from establishments.perms import staff
from exams import queries
from exams.models import Exam

# htmx stops asking when it is answered with this status.
HTMX_STOP_POLLING = 286


def _exam(request, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)


@staff
@never_cache
@require_http_methods(["GET", "POST"])
def exam_film(request, pk):
    """Say how far the film is; a POST has it made, unless it is being made or there already."""
    exam = _exam(request, pk)
    job = queries.film_job(exam)
    if request.method == "GET":
        return render(request, "exams/school/film.html", {"exam": exam, "job": job, "JobState": JobState})
    if job is None or job.state == JobState.FAILED:
        scope = str(request.establishment.pk)
        title = f"Film de l’épreuve « {exam.name} »"
        jobs.start(queries.FILM, title=title, scope=scope, **queries.film_arguments(exam))
    return redirect("exam_film", exam.pk)


@staff
@never_cache
@require_safe
def exam_film_status(request, pk):
    """The part of the page that htmx asks for again until the film is there."""
    exam = _exam(request, pk)
    job = queries.film_job(exam)
    context = {"exam": exam, "job": job, "JobState": JobState, "fragment": True}
    status = HTMX_STOP_POLLING if job is None or job.is_over else 200
    return render(request, "exams/school/_film.html", context, status=status)


@staff
@require_safe
def exam_film_file(request, pk):
    """The film; without one, back to the page that makes it."""
    exam = _exam(request, pk)
    job = queries.film_job(exam)
    if job is None or job.state != JobState.DONE:
        messages.error(request, "Ce film n’est plus ou pas encore là : un film est gardé sept jours. Préparez-le ici.")
        return redirect("exam_film", exam.pk)
    response = FileResponse(jobs.open_file(job), as_attachment=True, filename=job.filename)
    response["Cache-Control"] = "private, no-store"
    return response
