"""The documents of an exam (`tasks.Paper`): a class has them at once, a whole school has them made."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from esr.core import jobs, pdf
from esr.core.downloads import download
from exams import tasks
from exams.models import Exam


def answer(request, exam: Exam, paper: tasks.Paper, *, back: str = "exam_detail") -> HttpResponse:
    """The document; for more candidates than a class has, the page that offers to prepare it, and a POST does. `back`
    is the URL name of the page that says why there is none."""
    people = exam.sittings.values_list("candidate__last_name", "candidate__first_name")
    names = [" ".join(person) for person in people]
    if tasks.is_printed_at_once(names):
        try:
            content = paper.make(exam, timezone.localdate(), pdf.unwatched)
        except ValueError as why:
            messages.error(request, str(why))
            return redirect(back, exam.pk)
        return download(content, paper.filename_of(exam))
    if request.method == "POST":
        title, scope = f"{paper.title} – {exam.name}", str(request.establishment.pk)
        return redirect("job", jobs.start(paper.kind, title=title, scope=scope, exam=exam.pk).pk)
    context = {"exam": exam, "paper": paper, "count": len(names), "back": back}
    return render(request, "exams/school/paper.html", context)
