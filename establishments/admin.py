"""The administration of the ground floor. National administrators (superusers) meet every table; an academy's own
administrators (staff with an academy) meet its establishments, its requests for accounts and their history.

Everything of an academy is read through `AcademyAdmin`, whose queryset is the only door: lists, pages, history,
actions and auto-completion all go by it, so that another academy's row is as unknown as a key that never existed.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.forms.models import BaseInlineFormSet
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from esr.core import outbox, searches
from esr.core.fields import TextField
from establishments import actions
from establishments.enums import ListSource, MembershipSource, RequestState, Role
from establishments.forms import AuthorisedListForm, RefusalForm, SearchForm
from establishments.models import (
    AccountRequest,
    AuthorisedEstablishment,
    Contact,
    Establishment,
    FaqEntry,
    Membership,
    News,
    Resource,
    SessionDates,
    SignIn,
    User,
)

# Rights are said by this file, not by groups; addresses and codes are the business of their own pages.
for foreign in (Group, EmailAddress, Authenticator):
    admin.site.unregister(foreign)

# Text typed here passes the same door as anywhere else.
CLEANED = {
    models.CharField: {"form_class": TextField},
    models.SlugField: {},  # letters, digits and hyphens already
    models.TextField: {"form_class": TextField, "multiline": True},
}


_LOADERS = {ListSource.DIRECTORY: actions.load_directory, ListSource.FINESS: actions.load_finess}


class Labelled:
    """Beside an admin class: fields in the cells of a table have no label of their own in Django's templates; and an
    empty name of a field to look a row up by, which Django would look for, is none."""

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field or None)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs["aria-label"] = str(field.label)
        return field


class SearchedList(ChangeList):
    """A list whose address holds the key of a search, not its words."""

    def get_filters_params(self, params=None):
        lookups = super().get_filters_params(params)
        lookups.pop(searches.PARAMETER, None)
        return lookups

    def get_queryset(self, request, exclude_parameters=None):
        self.query = searches.words_of(request, request.GET)
        return super().get_queryset(request, exclude_parameters)

    @property
    def everything(self) -> str:
        """The address of the same list without the search."""
        return self.get_query_string(remove=[searches.PARAMETER])


class NationalAdmin(Labelled, admin.ModelAdmin):
    """A table of national administrators. What is searched for is posted, and its address names nobody."""

    formfield_overrides = CLEANED
    list_per_page = 50
    search_label = "Rechercher"

    def get_changelist(self, request, **kwargs):
        return SearchedList

    def changelist_view(self, request, extra_context=None):
        if SEARCH_VAR in request.POST and self.has_view_or_change_permission(request):
            return self._search(request)
        title = capfirst(self.opts.verbose_name_plural)
        try:
            return super().changelist_view(request, {"title": title} | (extra_context or {}))
        except searches.Forgotten as error:
            self.message_user(request, str(error), messages.INFO)
            return self._listed(request, {})

    def get_changeform_initial_data(self, request):
        """Nothing of a form comes from its address, whose values Django gives to the fields as they are."""
        return {}

    def delete_view(self, request, object_id, extra_context=None):
        title = f"Supprimer : {self.opts.verbose_name}"
        return super().delete_view(request, object_id, {"title": title} | (extra_context or {}))

    def _search(self, request):
        form = SearchForm(request.POST)
        if form.is_valid():
            return self._listed(request, searches.keep(request, form.cleaned_data[SEARCH_VAR]))
        self.message_user(request, form.errors[SEARCH_VAR][0], messages.ERROR)
        return self._listed(request, {})

    def _listed(self, request, search: dict[str, str]):
        """To the first page of the same list, with this search or none."""
        parameters = searches.without(request.GET, searches.PARAMETER, SEARCH_VAR, PAGE_VAR)
        parameters.update(search)
        return redirect(f"{request.path}?{parameters.urlencode()}")

    def _is_national(self, request, obj=None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if self._is_national(request) else rows.none()

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    has_view_permission = has_change_permission = has_delete_permission = _is_national

    def has_add_permission(self, request):
        return self._is_national(request)


class ReadOnly:
    """Beside an admin class: its rows are looked at, never typed."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AcademyAdmin(NationalAdmin):
    """A table whose rows belong to an academy, which sees its own and changes none by typing."""

    def get_queryset(self, request):
        if self._is_national(request):
            return super().get_queryset(request)
        academy = request.user.academy
        rows = admin.ModelAdmin.get_queryset(self, request)
        return rows.filter(academy=academy) if academy else rows.none()

    def has_view_permission(self, request, obj=None):
        if self._is_national(request):
            return True
        academy = request.user.academy
        return bool(request.user.is_staff and academy and (obj is None or obj.academy == academy))

    def get_list_filter(self, request):
        own = super().get_list_filter(request)
        return own if request.user.is_superuser else [name for name in own if name != "academy"]


class _Memberships(BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Supprimer"


class MembershipInline(Labelled, admin.TabularInline):
    """Who works in the establishment, whether the account is open, and when it last signed in."""

    model = Membership
    formset = _Memberships
    extra = 0
    autocomplete_fields = ["user"]
    fields = ["user", "role", "source", "valid_until", "is_open", "last_seen"]
    # The hub's claims say where a right comes from and until when.
    readonly_fields = ["source", "valid_until", "is_open", "last_seen"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "establishment")

    @admin.display(description="ouvert", boolean=True)
    def is_open(self, membership):
        account = membership.user
        return account.is_active and (account.has_usable_password() or membership.source != MembershipSource.LOCAL)

    @admin.display(description="dernière connexion")
    def last_seen(self, membership):
        return date_format(timezone.localtime(seen), "d/m/Y H:i") if (seen := membership.user.last_login) else "jamais"

    def has_view_permission(self, request, obj=None):
        return True  # whoever sees the establishment

    def _is_national(self, request, obj=None):
        return request.user.is_superuser

    has_add_permission = has_change_permission = has_delete_permission = _is_national


class SupervisorFilter(admin.SimpleListFilter):
    title = "compte surveillant"
    parameter_name = "surveillant"

    def lookups(self, request, model_admin):
        return [("ouvert", "Ouvert"), ("ferme", "À ouvrir")]

    def queryset(self, request, queryset):
        return queryset.filter(supervisor_open=self.value() == "ouvert") if self.value() else queryset


@admin.register(Establishment)
class EstablishmentAdmin(AcademyAdmin):
    list_display = ["name", "identifier", "city", "supervisor", "supervisor_seen", "category", "academy"]
    list_filter = [SupervisorFilter, "category", "status", "academy"]
    search_fields = ["name", "identifier", "email", "city", "postal_code"]
    fieldsets = [
        (None, {"fields": ["name", "identifier_kind", "identifier", "category", "status", "email"]}),
        ("Lieu", {"fields": ["academy", "department", "region", "address", "postal_code", "city", "time_zone"]}),
        (
            "Exception au calendrier",
            {
                "fields": ["opens_on", "closes_on"],
                "description": "Pour cet établissement seul, et pour la session de ces dates seulement.",
            },
        ),
        ("Compte", {"fields": ["created_at"]}),
    ]
    readonly_fields = ["created_at"]
    inlines = [MembershipInline]

    def get_queryset(self, request):
        supervisors = Membership.objects.filter(establishment=OuterRef("pk"), role=Role.SUPERVISOR)
        is_open = supervisors.filter(user__is_active=True).exclude(
            Q(source=MembershipSource.LOCAL, user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        )
        seen = supervisors.order_by(models.F("user__last_login").desc(nulls_last=True))
        return (
            super()
            .get_queryset(request)
            .annotate(supervisor_open=Exists(is_open), supervisor_at=Subquery(seen.values("user__last_login")[:1]))
        )

    @admin.display(description="surveillant", boolean=True, ordering="supervisor_open")
    def supervisor(self, establishment):
        return establishment.supervisor_open

    @admin.display(description="sa connexion", ordering="supervisor_at")
    def supervisor_seen(self, establishment):
        return establishment.supervisor_at

    def has_add_permission(self, request):
        # An establishment is made together with its two accounts, never as a row alone.
        return False

    def has_delete_permission(self, request, obj=None):
        # Everything of its candidates would go with it.
        return False


@admin.register(AccountRequest)
class AccountRequestAdmin(ReadOnly, AcademyAdmin):
    """The queue of requests: read, then accepted or refused with a reason, each on a page of its own."""

    list_display = ["name", "identifier", "category", "academy", "city", "created_at", "state"]
    list_filter = ["state", "category", "academy"]
    search_fields = ["name", "identifier", "email", "city"]
    date_hierarchy = "created_at"

    def get_urls(self):
        decide = self.admin_site.admin_view(self.decide)
        return [
            path("<int:pk>/accepter/", decide, {"verdict": "accept"}, "account_request_accept"),
            path("<int:pk>/refuser/", decide, {"verdict": "refuse"}, "account_request_refuse"),
            *super().get_urls(),
        ]

    def decide(self, request, pk, verdict):
        """GET asks, POST decides; a request already decided by somebody else is only shown."""
        asked = self.get_queryset(request).filter(pk=pk).first()
        if asked is None:
            raise Http404
        form = RefusalForm(request.POST or None) if verdict == "refuse" else None
        if asked.state != RequestState.PENDING:
            self.message_user(request, "Cette demande est déjà traitée.", messages.WARNING)
            return redirect("admin:establishments_accountrequest_change", pk)
        if request.method == "POST" and (form is None or form.is_valid()):
            try:
                self._decide(request, asked, form.cleaned_data["reason"] if form else None)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:establishments_accountrequest_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "Refuser la demande" if form else "Accepter la demande",
            "opts": self.opts,
            "original": asked,
            "form": form,
        }
        return render(request, "admin/establishments/accountrequest/decide.html", context)

    def _decide(self, request, asked, reason):
        now = timezone.now()
        if reason is None:
            actions.accept_request(request=asked, by=request.user, now=now)
            done = "Demande acceptée."
        else:
            actions.refuse_request(request=asked, by=request.user, reason=reason, now=now)
            done = "Demande refusée."
        self.log_change(request, asked, done)
        if late := outbox.late_since():
            since = date_format(timezone.localtime(late), "j F à H:i")
            told = (
                f"La messagerie est en panne depuis le {since} : l’établissement sera prévenu dès qu’elle remarchera."
            )
            self.message_user(request, f"{done} {told}", messages.WARNING)
        else:
            self.message_user(request, f"{done} L’établissement est prévenu par mail.", messages.SUCCESS)


@admin.register(AuthorisedEstablishment)
class AuthorisedEstablishmentAdmin(NationalAdmin):
    list_display = ["name", "identifier", "identifier_kind", "category", "academy", "city", "source", "is_open"]
    list_filter = ["is_open", "source", "identifier_kind", "category", "status", "academy"]
    search_fields = ["name", "identifier", "city", "postal_code"]
    readonly_fields = ["updated_at"]
    show_full_result_count = False

    def get_urls(self):
        load = self.admin_site.admin_view(self.load)
        return [
            path("charger/annuaire/", load, {"source": "directory"}, "authorised_load_directory"),
            path("charger/finess/", load, {"source": "finess"}, "authorised_load_finess"),
            *super().get_urls(),
        ]

    def load(self, request, source):
        """The open-data file, uploaded; the answer says what changed in the list."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AuthorisedListForm(request.POST or None, request.FILES or None)
        report = None
        if request.method == "POST" and form.is_valid():
            try:
                report = _LOADERS[source](form.cleaned_data["file"], force=form.cleaned_data["force"])
            except ValidationError as error:
                form.add_error("file", error)
            else:
                self._log_load(request, source, report)
        context = {
            **self.admin_site.each_context(request),
            "title": "Charger l’annuaire de l’éducation" if source == "directory" else "Charger l’extrait FINESS",
            "opts": self.opts,
            "form": form,
            "report": report,
            "lists": [
                (f"{title} (les cent premiers)", identifiers[:100])
                for title, identifiers in (("Ajoutés", report.added), ("Fermés", report.closed))
            ]
            if report
            else [],
            "source": source,
        }
        return render(request, "admin/establishments/authorisedestablishment/load.html", context)

    def _log_load(self, request, source, report):
        """One line of history for the whole file."""
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(AuthorisedEstablishment),
            object_repr=ListSource(source).label,
            action_flag=CHANGE,
            change_message=(
                f"Fichier chargé : {len(report.added)} ajoutés, {len(report.updated)} mis à jour, "
                f"{len(report.closed)} fermés, {len(report.refused)} lignes refusées."
            ),
        )


class _AccountForm(UserChangeForm):
    def clean(self):
        _check_administrator(super().clean())
        return self.cleaned_data


class _NewAccountForm(UserCreationForm):
    def clean(self):
        _check_administrator(super().clean())
        return self.cleaned_data


def _check_administrator(fields: dict) -> None:
    """Says what an administrator's account lacks. A staff account without academy would see nothing at all."""
    if fields.get("is_superuser") and not fields.get("is_staff"):
        raise ValidationError("Un administrateur national a aussi le statut équipe.")
    if fields.get("is_staff") and not fields.get("is_superuser") and not fields.get("academy"):
        raise ValidationError("Choisissez l’académie de cet administrateur, ou donnez-lui le statut national.")


@admin.register(User)
class AccountAdmin(NationalAdmin, UserAdmin):
    form = _AccountForm
    add_form = _NewAccountForm
    list_display = ["username", "email", "is_active"]
    list_filter = ["is_active", "is_staff", "is_superuser", "academy"]
    search_fields = ["username", "email"]
    fieldsets = [
        (None, {"fields": ["username", "email", "password"]}),
        ("Administration", {"fields": ["is_active", "is_staff", "is_superuser", "academy"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "email", "password1", "password2", "is_staff", "is_superuser", "academy"],
            },
        )
    ]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    actions = ["forget_telephone"]

    def has_delete_permission(self, request, obj=None):
        # Its history would go with it: an account is switched off instead.
        return False

    @admin.action(description="Retirer la double authentification (téléphone perdu)", permissions=["change"])
    def forget_telephone(self, request, accounts):
        for account in accounts:
            Authenticator.objects.filter(user=account).delete()
            self.log_change(request, account, "Double authentification retirée.")
        self.message_user(request, "La double authentification est retirée : elle sera à activer de nouveau.")


@admin.register(SignIn)
class SignInAdmin(ReadOnly, NationalAdmin):
    list_display = ["at", "user", "door", "role", "establishment"]
    list_filter = ["door", "role"]
    list_select_related = ["user", "establishment"]
    search_fields = ["user__username", "establishment__identifier"]
    date_hierarchy = "at"


@admin.register(SessionDates)
class SessionDatesAdmin(NationalAdmin):
    list_display = ["year", "category", "opens_on", "closes_on"]
    list_display_links = ["category"]
    list_editable = ["opens_on", "closes_on"]
    list_filter = ["year", "category"]
    search_fields = ["year"]


@admin.register(News)
class NewsAdmin(NationalAdmin):
    list_display = ["title", "published_at"]
    search_fields = ["title", "text"]
    date_hierarchy = "published_at"


@admin.register(FaqEntry)
class FaqEntryAdmin(NationalAdmin):
    list_display = ["question", "kind", "position"]
    list_editable = ["position"]
    list_filter = ["kind"]
    search_fields = ["question", "answer"]


@admin.register(Resource)
class ResourceAdmin(NationalAdmin):
    list_display = ["title", "address", "position"]
    list_editable = ["position"]
    search_fields = ["title"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Contact)
class ContactAdmin(NationalAdmin):
    list_display = ["subject", "email", "position"]
    list_editable = ["position"]
    search_fields = ["subject", "text", "email"]


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly, NationalAdmin):
    """What administrators did, in words."""

    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__username"]
    date_hierarchy = "action_time"
    fields = ["action_time", "user", "content_type", "object_repr", "what"]

    @admin.display(description="action")
    def what(self, entry):
        return entry.get_change_message() or entry.get_action_flag_display()
