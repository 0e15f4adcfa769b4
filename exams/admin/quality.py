"""What exams say of a question, and its neutralisation in one exam: beside the bank's own pages."""

from functools import wraps

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import redirect
from django.utils import timezone

from exams import actions, queries
from exams.admin.forms import NeutralisationForm, NeutralisedExamForm
from exams.models import ExamQuestion, QuestionFigures


def national(view):
    """The pages beside Django's own are for national administrators too."""

    @wraps(view)
    def guarded(self, request, *args, **kwargs):
        if not self._is_national(request):
            raise PermissionDenied
        return view(self, request, *args, **kwargs)

    return guarded


class DoubtFilter(admin.SimpleListFilter):
    title = "qualité"
    parameter_name = "qualite"

    def lookups(self, request, model_admin):
        return [("revoir", "À revoir"), ("jugee", "Assez de réponses")]

    def queryset(self, request, queryset):
        if self.value() not in ("revoir", "jugee"):
            return queryset
        rows = queryset.prefetch_related("figures")
        told = {row.pk: queries.quality(row, list(row.figures.all())) for row in rows.filter(figures__isnull=False)}
        wanted = [
            key for key, quality in told.items() if quality.is_judged and (quality.doubts or self.value() == "jugee")
        ]
        return queryset.filter(pk__in=wanted)


class QualityPages:
    """Beside QuestionAdmin: two columns, a filter, the figures of a version and the page that neutralises it."""

    def _quality(self, question) -> queries.Quality:
        return queries.quality(question, list(question.figures.all()))

    @admin.display(description="réussite")
    def facility(self, question):
        quality = self._quality(question)
        return "–" if quality.facility is None else f"{quality.facility} % de {quality.sums.answers}"

    @admin.display(description="discrimination")
    def discrimination(self, question):
        quality = self._quality(question)
        if not quality.is_judged or quality.discrimination is None:
            return "–"
        said = f"{quality.discrimination:.2f}".replace(".", ",")
        return f"{said} ⚠ à revoir" if quality.doubts else said

    @national
    def neutralise(self, request, pk):
        """Two steps without a state between them: the exam and the reason, then what would change, and the act."""
        question = self._question(request, pk)
        chooser = NeutralisedExamForm(request.POST or None, question=question)
        context = {"original": question, "chooser": chooser, "neutralised": _neutralised(question)}
        if request.method == "POST" and chooser.is_valid():
            row = chooser.row
            key = queries.neutralised_key(actions.answer_key(row.exam), row)
            changes = queries.rescored(row.exam, key)
            form = NeutralisationForm(request.POST if "confirm" in request.POST else None, row=row, changes=changes)
            if form.is_valid():
                return self._neutralise(request, question, row, form.cleaned_data["reason"])
            context |= {"row": row, "form": form, "changes": changes}
            context["turned"] = sum(change.changes_result for change in changes)
            context["in_vain"] = queries.rattrapages_in_vain(changes, timezone.now())
        return self._page(request, "neutralise", "Neutraliser la question dans une épreuve", **context)

    def _neutralise(self, request, question, row: ExamQuestion, reason: str):
        now = timezone.now()
        try:
            if row.neutralised_at:
                changes = actions.lift_neutralisation(exam_question=row, by=request.user, now=now)
                done = "comptée de nouveau"
            else:
                changes = actions.neutralise(exam_question=row, reason=reason, by=request.user, now=now)
                done = "neutralisée"
        except actions.NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            turned = sum(change.changes_result for change in changes)
            counts = f"{len(changes)} notes et {turned} résultats changés."
            said = f"Question {done} dans l’épreuve {row.exam.number} : {counts}"
            self.log_change(request, question, f"{said} {reason}".strip())
            self.message_user(request, said, messages.SUCCESS)
            if in_vain := queries.rattrapages_in_vain(changes, now):
                self.message_user(
                    request,
                    "Admis, et encore inscrits à un rattrapage (la page de l’épreuve le dit à l’établissement) : "
                    + ", ".join(f"{sitting.candidate} (épreuve {sitting.exam.number})" for sitting in in_vain),
                    messages.WARNING,
                )
        return redirect("admin:question_neutralise", question.pk)


def _neutralised(question):
    rows = question.exam_questions.filter(neutralised_at__isnull=False)
    return rows.select_related("exam__establishment").order_by(F("neutralised_at").desc())


def figures_of(question) -> list[tuple[QuestionFigures, queries.Quality]]:
    """The figures of a version, session by session, the newest first."""
    return [(row, queries.quality(question, [row])) for row in question.figures.all()]
