"""The candidates of one establishment at a time, for national administrators who help it: minors' data, so no academy
meets them and no list holds those of several establishments. They are up here because an import asks who sat what.
"""

import re
from dataclasses import dataclass
from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm
from import_export.results import Result, RowResult

from candidates.actions import platform_identifier
from candidates.forms import TriedImportForm
from candidates.models import Candidate
from candidates.resources import CandidateImport, CandidateResource, Changed, CsvSheet, XlsxSheet
from establishments.admin import NationalAdmin, ReadOnly
from establishments.models import Establishment
from exams.queries import candidate_history

CHOSEN = "establishment__id__exact"
_KEY = re.compile("[0-9]{1,18}")  # larger ones are nobody's


def _chosen(request) -> Establishment | None:
    """The one establishment that the address names."""
    keys = request.GET.getlist(CHOSEN)
    return Establishment.objects.filter(pk=keys[0]).first() if len(keys) == 1 and _KEY.fullmatch(keys[0]) else None


@dataclass(frozen=True)
class _Trial:
    """What a file did, or would do when sent again."""

    resource: CandidateImport
    result: Result

    @property
    def is_refused(self) -> bool:
        return self.result.has_validation_errors()

    @property
    def is_done(self) -> bool:
        return bool(self.resource.seen) and not self.is_refused

    @property
    def is_ready(self) -> bool:
        return not self.is_refused and bool(self.added or self.updated)

    @property
    def added(self) -> int:
        return self.result.totals[RowResult.IMPORT_TYPE_NEW]

    @property
    def updated(self) -> int:
        return self.result.totals[RowResult.IMPORT_TYPE_UPDATE]

    @property
    def unchanged(self) -> int:
        return self.result.totals[RowResult.IMPORT_TYPE_SKIP]

    @property
    def errors(self) -> list[str]:
        return [message for row in self.result.invalid_rows for message in row.non_field_specific_errors]


@admin.register(Candidate)
class CandidateAdmin(ImportExportMixin, ReadOnly, NationalAdmin):
    """Every export and import leaves a line, without names, in the establishment's history."""

    list_display = ["last_name", "first_name", "identifier", "division", "birth_date", "attestation", "year"]
    search_fields = ["identifier", "last_name", "first_name"]
    search_label = "INE, identifiant ou nom"
    show_full_result_count = False  # the whole nation's
    actions = None
    resource_classes = [CandidateResource]
    formats = [XlsxSheet, CsvSheet]
    export_form_class = ExportForm
    export_template_name = "admin/candidates/candidate/export.html"
    import_export_change_list_template = "admin/candidates/candidate/change_list.html"

    def has_export_permission(self, request):
        return self._is_national(request)

    has_import_permission = has_export_permission

    def get_urls(self):
        # The second step of the library's import reads a file left in the folder of temporary files.
        return [url for url in super().get_urls() if url.name != "candidates_candidate_process_import"]

    def get_search_results(self, request, queryset, search_term):
        """The list, with words or without, and the completion of any other table come by here."""
        chosen = _chosen(request)
        rows = queryset.of(chosen) if chosen else queryset.none()
        return super().get_search_results(request, rows, search_term)

    def get_object(self, request, object_id, from_field=None):
        candidate = super().get_object(request, object_id, from_field)
        closed = candidate and candidate.year < candidate.establishment.current_year
        return None if closed else candidate

    def changelist_view(self, request, extra_context=None):
        chosen = _chosen(request) if self._is_national(request) else None
        context = {"title": f"Candidats : {chosen}" if chosen else "Candidats", "establishment": chosen}
        return super().changelist_view(request, context | (extra_context or {}))

    def _list(self, establishment: Establishment | None = None) -> str:
        chosen = f"?{CHOSEN}={establishment.pk}" if establishment else ""
        return reverse("admin:candidates_candidate_changelist") + chosen

    # --- Export ---

    def export_action(self, request):
        if not self.has_export_permission(request):
            raise PermissionDenied
        return super().export_action(request) if _chosen(request) else redirect(self._list())

    def init_request_context_data(self, request, form):
        establishment = _chosen(request)
        ours = {"title": f"Exporter les candidats : {establishment}", "list": self._list(establishment)}
        return super().init_request_context_data(request, form) | ours

    def get_export_filename(self, request, queryset, file_format):
        return f"candidats-{_chosen(request).identifier}.{file_format.get_extension()}"

    def get_export_data(self, file_format, request, queryset, **kwargs):
        done = f"Candidats exportés : {queryset.count()} ({file_format.get_title()})."
        self.log_change(request, _chosen(request), done)
        return super().get_export_data(file_format, request, queryset, **kwargs)

    # --- Import ---

    def import_action(self, request, **kwargs):
        """The file is tried, and does nothing; sent again with what the trial had shown, it does exactly that.

        In between nothing is kept: the library leaves such files in the folder of temporary files.
        """
        if not self.has_import_permission(request):
            raise PermissionDenied
        establishment = _chosen(request)
        if establishment is None:
            return redirect(self._list())
        now = timezone.now()
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = TriedImportForm(*posted, establishment=establishment, year=establishment.year_at(now))
        trial = None
        if form.is_valid():
            try:
                trial = self._tried(request, form, now)
            except Changed as error:
                form.add_error("file", str(error))
        if trial and trial.is_done:
            return redirect(self._list(establishment))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Importer des candidats : {establishment}",
            "opts": self.opts,
            "form": form,
            "trial": trial,
            "list": self._list(establishment),
        }
        return render(request, "admin/candidates/candidate/import.html", context)

    @transaction.atomic
    def _tried(self, request, form: TriedImportForm, now) -> _Trial:
        resource = CandidateImport(
            establishment=form.establishment,
            year=form.year,
            reading=form.reading,
            history=partial(candidate_history, now=now),
            identify=platform_identifier,
            seen=form.cleaned_data["seen"],
        )
        result = resource.import_data(resource.dataset(), dry_run=not resource.seen, rollback_on_validation_errors=True)
        trial = _Trial(resource, result)
        if trial.is_done:
            done = f"Candidats importés : {trial.added} ajoutés, {trial.updated} mis à jour."
            self.log_change(request, form.establishment, done)
            self.message_user(request, done, messages.SUCCESS)
        return trial
