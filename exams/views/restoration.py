"""« Page de restauration des résultats » (handbook 5.2; delivery, 9): result files of devices that the network left."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from establishments.enums import Role
from establishments.perms import staff
from exams import actions, rules, sealing
from exams.enums import FileOutcome
from exams.forms import ResultFilesForm
from exams.models import Exam
from exams.views.misplaced import tell_misplaced

# What to do next, by what became of the file.
_NEXT = {
    FileOutcome.RESTORED: "Rien d’autre à faire : la note est sur la page de l’épreuve.",
    FileOutcome.INCOMPLETE: (
        "Il manque des réponses. Si le candidat a changé d’appareil, chargez aussi le fichier de l’autre ; sinon, le "
        "chef d’établissement décide sur la page de l’épreuve : noter en l’état ou absence technique."
    ),
    FileOutcome.HANDLED: "Rien à faire : la plateforme avait déjà toutes les réponses de ce fichier.",
    FileOutcome.CLOSED: "Le résultat enregistré reste tel quel : une épreuve terminée ne reçoit plus de réponses.",
    FileOutcome.NEVER_STARTED: "Ce candidat n’a jamais commencé cette épreuve : inscrivez-le à une autre épreuve.",
    FileOutcome.VOID: (
        "Si l’absence technique n’a plus lieu d’être, annulez-la sur la page de l’épreuve, puis rechargez ce fichier."
    ),
    FileOutcome.UNREADABLE: (
        "Vérifiez que ce fichier a été téléchargé pour cette épreuve-ci et qu’il n’a pas été modifié, puis recommencez "
        "depuis l’appareil du candidat. Si le refus se répète, donnez cette référence à l’assistance : "
    ),
}
_LATE = {
    Role.HEAD: "Choisissez un motif, puis chargez de nouveau ce fichier.",
    Role.SUPERVISOR: "Gardez ce fichier et remettez-le au chef d’établissement : lui seul peut encore le charger.",
}


@staff
@never_cache
@require_http_methods(["GET", "POST"])
def exam_restoration(request, pk):
    exam = get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)
    role, now = request.membership.role, timezone.now()
    late = rules.file_is_late(exam.kind, exam.ends_at, exam.establishment.zone, exam.starts_at, now)
    form, results = ResultFilesForm(asks_reason=late and role == Role.HEAD), []
    if request.method == "POST":
        form = ResultFilesForm(request.POST, request.FILES, asks_reason=late and role == Role.HEAD)
        if form.is_valid():
            reason = form.cleaned_data.get("reason", "")
            results = [_load(exam, file, request.user, role, now, reason) for file in form.cleaned_data["files"]]
            loaded = [result["loaded"] for result in results]
            tell_misplaced(request, [one.sitting for one in loaded if one.outcome == FileOutcome.RESTORED], now)
    context = {"exam": exam, "form": form, "results": results, "is_late": late}
    return render(request, "exams/school/restoration.html", context)


def _load(exam, file, user, role, now, reason) -> dict:
    """One file, for its line of the table. Of a huge one no more is read than it takes to refuse it."""
    content = file.read(sealing.MAX_BYTES + 1)
    loaded = actions.load_result_file(exam=exam, content=content, by=user, now=now, reason=reason)
    following = _LATE[role] if loaded.outcome == FileOutcome.LATE else _NEXT[loaded.outcome] + loaded.reference
    return {"name": file.name, "loaded": loaded, "next": following}
