"""Before an exam: whether the room's line can carry it. Measured in the browser; nothing is kept or sent."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from establishments.perms import staff
from exams import queries, rules
from exams.enums import ExamKind
from exams.models import Exam


@staff
@require_GET
def room_check(request, pk):
    """« Vérifier le réseau de la salle »: the weights of this exam, beside what this device measures."""
    exams = Exam.objects.of(request.establishment).exclude(kind=ExamKind.OFFLINE)
    exam = get_object_or_404(exams.select_related("establishment"), pk=pk)
    load = queries.exam_load(exam)
    registered = exam.sittings.count()
    line = {
        "light": load.light,
        "universal": load.universal,
        "seconds": (rules.ANSWER_TIME + rules.VIDEO_TIME).total_seconds(),
        "share": rules.LINE_SHARE,
        "firstVisit": queries.FIRST_VISIT,
        "registered": registered,
        "samples": queries.samples(),
    }
    context = {"exam": exam, "load": load, "registered": registered, "line": line}
    return render(request, "exams/school/room_check.html", context)
