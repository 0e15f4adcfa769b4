"""The national bank, as it is: read here, written in its own source (exams/bank) and loaded by a command.

A question that an exam has drawn is part of the results of that exam: changing its key would change marks.
"""

from django.contrib import admin
from django.db.models import Count

from establishments.admin import NationalAdmin, ReadOnly
from exams.models import Proposition, Question


class PropositionInline(ReadOnly, admin.TabularInline):
    model = Proposition
    extra = 0
    fields = ["letter", "text", "expected"]

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser


@admin.register(Question)
class QuestionAdmin(ReadOnly, NationalAdmin):
    list_display = ["statement", "theme", "use", "for_assr1", "for_assr2", "for_asr", "for_aer", "drawn"]
    list_filter = ["theme", "use", "for_assr1", "for_assr2", "for_asr", "for_aer"]
    search_fields = ["code", "statement", "competence", "explanation", "propositions__text"]
    inlines = [PropositionInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(drawn=Count("exam_questions", distinct=True))

    @admin.display(description="épreuves", ordering="drawn")
    def drawn(self, question):
        return question.drawn
