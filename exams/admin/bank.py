"""The national bank for its editors: every version in one list, edited, previewed, published, retired, and the whole of
it in and out as a file.

A version that an exam has drawn is part of the results of that exam: what is typed over it becomes the next version.
"""

import tempfile
from pathlib import Path

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone

from esr.core import jobs
from esr.core.models import Job
from establishments.admin import Labelled, NationalAdmin
from establishments.enums import Attestation
from exams import actions, queries, rules, tasks  # noqa: F401 - tasks registers the jobs
from exams.admin.forms import BankFileForm, InsistForm, PropositionForm, PropositionFormSet, QuestionForm
from exams.admin.quality import DoubtFilter, QualityPages, figures_of, national
from exams.bank import source
from exams.enums import QuestionState, RoadUser
from exams.models import BankImport, Proposition, Question

MANY = 100
"""Versions that are written while one waits; more are a job."""


class PropositionInline(Labelled, admin.TabularInline):
    model = Proposition
    form = PropositionForm
    formset = PropositionFormSet
    fields = ["text", "expected"]
    can_delete = False
    max_num = len(source.LETTERS)
    verbose_name_plural = "propositions (les lignes vides ne comptent pas)"

    def get_extra(self, request, obj=None, **kwargs):
        return len(source.LETTERS)  # as many as there is room for

    def _is_national(self, request, obj=None):
        return request.user.is_superuser

    has_add_permission = has_change_permission = has_view_permission = _is_national


class AttestationFilter(admin.SimpleListFilter):
    title = "attestation"
    parameter_name = "attestation"

    def lookups(self, request, model_admin):
        return Attestation.choices

    def queryset(self, request, queryset):
        return queryset.for_attestation(self.value()) if self.value() in Attestation.values else queryset


class RoadUserFilter(admin.SimpleListFilter):
    title = "usager"
    parameter_name = "usager"

    def lookups(self, request, model_admin):
        return RoadUser.choices

    def queryset(self, request, queryset):
        return queryset.about(self.value()) if self.value() in RoadUser.values else queryset


class MediaFilter(admin.SimpleListFilter):
    title = "médias"
    parameter_name = "medias"

    def lookups(self, request, model_admin):
        return [("oui", "Présents"), ("non", "Manquants")]

    def queryset(self, request, queryset):
        if self.value() not in ("oui", "non"):
            return queryset
        there = [row.pk for row in queryset if queries.has_media(row)]  # the disk knows, the database does not
        return queryset.filter(pk__in=there) if self.value() == "oui" else queryset.exclude(pk__in=there)


@admin.register(Question)
class QuestionAdmin(QualityPages, NationalAdmin):
    form = QuestionForm
    inlines = [PropositionInline]
    list_display = ["statement", "state", "version", "drawn", "facility", "discrimination", "media_there", "theme"]
    list_display += ["levels", "use"]
    list_filter = ["state", "theme", "use", AttestationFilter, RoadUserFilter, MediaFilter, DoubtFilter]
    search_fields = ["code", "statement", "competence", "explanation", "propositions__text"]
    actions = None  # each question is published and retired for itself
    fieldsets = [
        (None, {"fields": ["code", "theme", "competence", "users"]}),
        ("Épreuves", {"fields": [("for_assr1", "for_assr2", "for_asr", "for_aer"), "use"]}),
        ("Texte", {"fields": ["statement", "explanation", "notes"]}),
        ("Vidéo", {"fields": ["scene", "view", "duration", "film", "drawn", "seen"]}),
    ]

    def get_queryset(self, request):
        propositions = Prefetch("propositions", Proposition.objects.order_by("question", "letter"))
        return super().get_queryset(request).with_drawn().prefetch_related(propositions, "figures")

    @admin.display(description="épreuves", ordering="drawn")
    def drawn(self, question):
        return question.drawn

    @admin.display(description="attestations")
    def levels(self, question):
        return ", ".join(question.attestations)

    @admin.display(description="médias", boolean=True)
    def media_there(self, question):
        return queries.has_media(question)

    # --- Django's own pages ---

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        is_draft = obj is None or (obj.state == QuestionState.DRAFT and not queries.is_used(obj))
        return is_draft and self._is_national(request)

    def delete_model(self, request, obj):
        actions.delete_draft(question=obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        question = self.get_object(request, object_id) if object_id and self._is_national(request) else None
        context = _standing(question) if question else {}
        try:
            return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))
        except actions.BankRefusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(request.path)

    def save_model(self, request, obj, form, change):
        """Texts and propositions are one: `save_related` has both."""

    def save_related(self, request, form, formsets, change):
        row = form.instance
        footage = actions.keep_footage(form.path) if form.path else ""
        content = form.content(formsets[0].entries, footage)
        before = self.get_object(request, row.pk) if change else None
        saved = actions.save_question(content=content, question=before)
        request.saved, request.before = saved, before
        row.pk, row.version = saved.pk, saved.version
        if saved.media and not queries.has_media(queries.bank_rows().get(pk=saved.pk)):
            actions.ask_for_media()

    def construct_change_message(self, request, form, formsets, add=False):
        saved, before = request.saved, request.before
        if before is None:
            return "Version 1 créée, en brouillon."
        if saved.pk != before.pk:
            return f"Version {saved.version} créée en brouillon à partir de la version {before.version}."
        return f"Version {saved.version} modifiée."

    def response_add(self, request, obj, post_url_continue=None):
        return self._response(request)

    def response_change(self, request, obj):
        return self._response(request)

    def _response(self, request):
        saved, before = request.saved, request.before
        if before is not None and saved.pk != before.pk:
            done = (
                f"La version {before.version} reste telle quelle. Vos changements sont dans la version "
                f"{saved.version}, en brouillon : publiez-la quand elle est prête."
            )
        else:
            done = f"Version {saved.version} enregistrée ({saved.get_state_display().lower()})."
        self.message_user(request, done, messages.SUCCESS)
        if "_continue" in request.POST or before is None or saved.pk != before.pk:
            return redirect("admin:exams_question_change", saved.pk)
        return redirect("admin:exams_question_changelist")

    # --- Our own ---

    def get_urls(self):
        def ours(route, view, name, **kwargs):
            return path(route, self.admin_site.admin_view(view), kwargs, name)

        return [
            ours("couverture/", self.coverage, "bank_coverage"),
            ours("exporter/banque/", self.export, "bank_export", qti=False),
            ours("exporter/qti/", self.export, "bank_export_qti", qti=True),
            ours("importer/", self.give, "bank_import"),
            ours("importer/<int:pk>/", self.given, "bank_import_preview"),
            ours("<int:pk>/apercu/", self.preview, "question_preview", attestation=""),
            ours("<int:pk>/apercu/aer/", self.preview, "question_preview_aer", attestation=Attestation.AER),
            ours("<int:pk>/publier/", self.publish, "question_publish"),
            ours("<int:pk>/retirer/", self.retire, "question_retire"),
            ours("<int:pk>/neutraliser/", self.neutralise, "question_neutralise"),
            *super().get_urls(),
        ]

    def _page(self, request, name, title, **context):
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/exams/question/{name}.html", context)

    def _question(self, request, pk) -> Question:
        return get_object_or_404(self.get_queryset(request), pk=pk)

    @national
    def coverage(self, request):
        """How far the published questions go: theme × attestation × kind of exam."""
        covered = queries.coverage()
        rows = [(cells[0].label, cells) for cells in zip(*(line.cells for line in covered), strict=True)]
        return self._page(request, "coverage", "Couverture de la banque", covered=covered, rows=rows)

    @national
    def preview(self, request, pk, attestation):
        """The candidates' player on this question: it keeps and sends nothing."""
        question = self._question(request, pk)
        context = {
            "original": question,
            "described": attestation == Attestation.AER,
            "media_there": queries.has_media(question),
            "seconds": int(rules.ANSWER_TIME.total_seconds()),
            "player": queries.preview_data(question, attestation),
        }
        return render(request, "admin/exams/question/preview.html", context)

    @national
    def publish(self, request, pk):
        """What stands against it, or the button; media that are being made are waited for by the worker."""
        question = self._question(request, pk)
        form = InsistForm(request.POST if request.method == "POST" else None)
        refusal = None
        if request.method == "POST" and form.is_valid():
            try:
                done = self._publish(request, question, anyway=form.cleaned_data["anyway"])
            except actions.BankRefusal as error:
                refusal = error
            else:
                self.log_change(request, question, done)
                self.message_user(request, done, messages.SUCCESS)
                return redirect("admin:exams_question_change", pk)
        faults = queries.question_faults(question)
        context = {
            "original": question,
            "form": form,
            "refusal": refusal,
            "faults": faults,
            "waits": bool(faults) and {fault.field for fault in faults} == {"media"} and bool(question.media),
            "old": Question.objects.published().filter(code=question.code).exclude(pk=pk).first(),
        }
        return self._page(request, "publish", f"Publier la version {question.version}", **context)

    def _publish(self, request, question, *, anyway: bool) -> str:
        if "wait" in request.POST:
            actions.rebuild_media(question=question)
            actions.await_media(question=question, anyway=anyway)
            return f"Version {question.version} : elle sera publiée dès que ses médias sont prêts."
        retired = actions.publish_question(question=question, anyway=anyway)
        gone = f" ; version {retired[0].version} retirée" if retired else ""
        return f"Version {question.version} publiée{gone}."

    @national
    def retire(self, request, pk):
        question = self._question(request, pk)
        form = InsistForm(request.POST if request.method == "POST" else None)
        refusal = None
        if request.method == "POST" and form.is_valid():
            try:
                actions.retire_question(question=question, anyway=form.cleaned_data["anyway"])
            except actions.BankRefusal as error:
                refusal = error
            else:
                done = f"Version {question.version} retirée."
                self.log_change(request, question, done)
                self.message_user(request, done, messages.SUCCESS)
                return redirect("admin:exams_question_change", pk)
        title = f"Retirer la version {question.version}"
        return self._page(request, "retire", title, original=question, form=form, refusal=refusal)

    @national
    def export(self, request, qti):
        """The whole bank as one file."""
        try:
            with tempfile.TemporaryDirectory() as folder:
                queries.write_bank(Path(folder) / "banque.zip", qti=qti)
                out = (Path(folder) / "banque.zip").open("rb")  # the response closes it
        except source.BankError as error:
            self.message_user(request, " ".join(error.errors), messages.ERROR)
            return redirect("admin:exams_question_changelist")
        name = f"banque-{'qti-' if qti else ''}{timezone.localdate():%Y-%m-%d}.zip"
        return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")

    @national
    def give(self, request):
        """A file is given: it is read, and shown before anything of it is done."""
        form = BankFileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            given = actions.receive_bank(
                file=file,
                filename=file.name,
                retire=form.cleaned_data["retire"],
                account=request.user.pk,
                now=timezone.now(),
            )
            if file.size > actions.AT_ONCE:
                actions.follow(given=given, job=jobs.start(actions.BANK_READ, title="Lecture", given=given.pk))
            else:
                actions.read_bank(given=given, now=timezone.now())
            return redirect("admin:bank_import_preview", given.pk)
        return self._page(request, "give", "Importer une banque", form=form)

    @national
    def given(self, request, pk):
        """What the file would do, or what is wrong with it; confirmed or abandoned here."""
        given = get_object_or_404(BankImport, pk=pk)
        job = Job.objects.filter(pk=given.job).first() if given.job else None
        form = InsistForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and not given.done_at and not (job and not job.is_over):
            return self._decided(request, given, form)
        lists = [(title, given.plan.get(name, [])) for name, title in _LISTS]
        context = {
            "given": given,
            "job": job,
            "form": form,
            "lists": [(title, names) for title, names in lists if names],
            "changes": sum(len(names) for title, names in lists),
        }
        return self._page(request, "given", f"Importer {given.filename}", **context)

    def _decided(self, request, given, form):
        if "abandon" in request.POST:
            actions.abandon_bank(given=given)
            self.message_user(request, "Rien n’a été importé.", messages.INFO)
            return redirect("admin:exams_question_changelist")
        anyway = form.cleaned_data["anyway"]
        plan = actions.Plan(**given.plan)
        file = actions.bank_file(given)
        if plan.changes > MANY or (file.exists() and file.stat().st_size > actions.AT_ONCE):
            arguments = {"given": given.pk, "anyway": anyway}
            actions.follow(given=given, job=jobs.start(actions.BANK_APPLY, title="Import", **arguments))
        else:
            try:
                actions.confirm_bank(given=given, anyway=anyway, now=timezone.now())
            except actions.BankRefusal as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return redirect("admin:bank_import_preview", given.pk)
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(Question),
            object_repr=given.filename,
            action_flag=CHANGE,
            change_message=(
                f"Banque importée : {len(plan.added)} questions ajoutées, {len(plan.versioned)} nouvelles versions, "
                f"{len(plan.replaced)} brouillons remplacés, {len(plan.published)} versions à publier, "
                f"{len(plan.retired)} questions retirées."
            ),
        )
        return redirect("admin:bank_import_preview", given.pk)


_LISTS = [
    ("added", "Questions ajoutées"),
    ("versioned", "Nouvelles versions de questions connues"),
    ("replaced", "Brouillons remplacés"),
    ("published", "Versions déjà là, à publier"),
    ("retired", "Questions retirées"),
]


def _standing(question: Question) -> dict:
    """What the page of a version says above its form."""
    used = queries.is_used(question)
    return {
        "standing": question,
        "used": used,
        "frozen": used or question.state == QuestionState.RETIRED,
        "media_there": queries.has_media(question),
        "faults": source.faults(source.table(queries.as_source(question))),
        "versions": queries.versions(question.code),
        "figures": figures_of(question),
    }
