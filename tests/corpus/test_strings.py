"""Every hostile string through every form of the house, the player's JSON, headers, tokens and times: its verdict, no
crash, nothing half written, nothing in a page as it came."""

import csv
import inspect
import io
import json
import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from candidates import forms as candidate_forms
from candidates.models import Candidate, ImportDraft
from certificates import forms as certificate_forms
from esr.core.fields import TextField
from esr.core.text import TextError, clean
from establishments import forms as school_forms
from establishments import rules as school_rules
from establishments.auth import SecondFactorAdapter
from establishments.enums import Category, IdentifierKind, Role, Status
from establishments.models import AccountRequest, AuthorisedEstablishment, SignUp, User
from exams import forms as exam_forms
from exams import queries
from exams.admin import forms as bank_forms
from exams.auth import SITTING_COOKIE, token_digest
from exams.enums import SittingState
from exams.models import Proposition, Question, Sitting
from stats import forms as figure_forms
from tests.conftest import SECRET
from tests.corpus.strings import (
    DATES,
    HEADERS,
    HELDS,
    INES,
    MARK,
    MOMENTS,
    NUMBERS,
    SAVES,
    TEXTS,
    TOKENS,
    UAIS,
    Text,
)
from tests.factories import (
    EstablishmentFactory,
    ExamFactory,
    MembershipFactory,
    SittingFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
STRONG = "Un-Rond-Point-2026!"


def test_the_corpus_is_large_and_says_nothing_twice():
    others = (DATES, MOMENTS, UAIS, INES, NUMBERS, SAVES, HELDS, TOKENS, HEADERS)
    assert len({text.value for text in TEXTS}) >= 400
    assert len({text.name for text in TEXTS}) == len(TEXTS)
    assert sum(map(len, others)) >= 300


# --- The one door -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_a_text_becomes_what_the_corpus_says(text: Text):
    if text.becomes is None:
        with pytest.raises(TextError):
            clean(text.value)
        with pytest.raises(ValidationError, match="illisible"):
            TextField(required=False).clean(text.value)
        return
    assert clean(text.value) == text.becomes
    assert TextField(required=False).clean(text.value) == text.becomes
    if len(text.becomes) > 100:
        with pytest.raises(ValidationError, match="trop long"):
            TextField(max_length=100).clean(text.value)


@pytest.mark.parametrize(("value", "right"), UAIS.items(), ids=map(ascii, UAIS))
def test_an_uai(value, right):
    form = school_forms.IdentifierForm(posted({"applicant": "school", "identifier": value}))
    assert form.is_valid() == right
    assert right or set(form.errors) == {"identifier"}
    assert not right or school_rules.is_uai(form.cleaned_data["identifier"])


# --- Every form -------------------------------------------------------------------------------------------------------


def posted(fields: dict[str, object]) -> QueryDict:
    """As a form arrives over HTTP: what is no UTF-8 is lost on the way."""
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        data.setlist(name, [str(v).encode("utf-8", "surrogatepass").decode("utf-8", "replace") for v in values])
    return data


@dataclass
class Here:
    """A school with one of everything that a form needs."""

    establishment: object
    request: object
    year: int = 0
    fields: dict = field(default_factory=dict)

    def __post_init__(self):
        self.year = self.establishment.current_year
        head = MembershipFactory(establishment=self.establishment, role=Role.HEAD)
        self.user, self.membership = head.user, head
        self.request.user = self.user
        now = timezone.now()
        self.exam = ExamFactory(establishment=self.establishment, exam_questions__count=2)
        self.sitting = SittingFactory(exam=self.exam)
        self.candidate = self.sitting.candidate
        self.row = self.exam.exam_questions.first()
        self.authorised = AuthorisedEstablishment.objects.create(
            identifier_kind=IdentifierKind.UAI,
            identifier="0781977A",
            name="Collège des Tilleuls",
            category=Category.NATIONAL_EDUCATION,
            status=Status.PUBLIC,
            academy="25",
        )
        self.draft = ImportDraft.objects.create(
            establishment=self.establishment, year=self.year, filename="x.csv", rows=[], errors=[], table=[]
        )
        self.preview = queries.draft_preview(self.draft, now)
        self.selection = {
            "establishment": self.establishment,
            "year": self.year,
            "now": now,
            "words_of": lambda parameters: parameters.get("q", ""),
        }
        self.sign_up = SignUp(authorised=self.authorised, fields={}, password=make_password(STRONG))
        secret = SecondFactorAdapter().encrypt(SECRET)
        Authenticator.objects.create(user=self.user, type="totp", data={"secret": secret})
        self.school = {
            "name": "Collège", "email": "ce@example.org", "status": "PU", "academy": "01", "department": "Paris",
            "region": "IDF", "address": "1 rue", "postal_code": "75005", "city": "Paris", "time_zone": "Europe/Paris",
            "password": STRONG,
        }  # fmt: skip
        self.person = {
            "last_name": "Martin", "first_name": "Zoé", "birth_date": f"03/04/{self.year - 14}", "division": "5A",
            "sex": "F", "identifier": "", "attestation": "ASSR1",
        }  # fmt: skip

    def candidate_form(self, data):
        instance = Candidate(establishment=self.establishment, year=self.year)
        return candidate_forms.CandidateForm(data, instance=instance)

    def request_form(self, data):
        instance = AccountRequest(identifier_kind=IdentifierKind.EPIDE, identifier="ÉPIDE")
        return school_forms.AccountRequestForm(data, instance=instance)

    def question_form(self, data):
        form = bank_forms.QuestionForm
        model = forms.modelform_factory(Question, form=form, fields=form.Meta.fields)
        return model(data, instance=Question())

    def proposition_form(self, data):
        return forms.modelform_factory(Proposition, form=bank_forms.PropositionForm, fields=["text", "expected"])(data)


Maker = Callable[[Here, QueryDict], forms.BaseForm]
two_passwords = {"password1": STRONG, "password2": STRONG}

# Each form, how it is made, and what it is given but for the one field that is hostile.
FORMS: dict[type, tuple[Maker, Callable[[Here], dict]]] = {
    school_forms.LoginForm: (
        lambda here, data: school_forms.LoginForm(data, request=here.request),
        lambda here: {"login": here.user.email, "password": STRONG},
    ),
    school_forms.ChangePasswordForm: (
        lambda here, data: school_forms.ChangePasswordForm(data=data, user=here.user),
        lambda here: {"oldpassword": "x", **two_passwords},
    ),
    school_forms.ResetPasswordForm: (lambda here, data: school_forms.ResetPasswordForm(data), lambda here: {}),
    school_forms.ResetPasswordKeyForm: (
        lambda here, data: school_forms.ResetPasswordKeyForm(data=data, user=here.user, temp_key="x"),
        lambda here: two_passwords,
    ),
    school_forms.SupervisorPasswordForm: (
        lambda here, data: school_forms.SupervisorPasswordForm(data=data, user=here.user),
        lambda here: two_passwords,
    ),
    school_forms.SecondFactorForm: (
        lambda here, data: school_forms.SecondFactorForm(data, user=here.user),
        lambda here: {},
    ),
    school_forms.ReauthenticateForm: (
        lambda here, data: school_forms.ReauthenticateForm(data, user=here.user),
        lambda here: {},
    ),
    school_forms.SecondFactorAgainForm: (
        lambda here, data: school_forms.SecondFactorAgainForm(data, user=here.user),
        lambda here: {},
    ),
    school_forms.ActivateSecondFactorForm: (
        lambda here, data: school_forms.ActivateSecondFactorForm(data, user=here.user),
        lambda here: {},
    ),
    school_forms.IdentifierForm: (
        lambda here, data: school_forms.IdentifierForm(data),
        lambda here: {"applicant": "epide", "identifier": "0750655E"},
    ),
    school_forms.SignUpForm: (
        lambda here, data: school_forms.SignUpForm(data, authorised=here.authorised),
        lambda here: {**here.school, "password": ""},  # each password is compared with long lists
    ),
    school_forms.ConfirmSignUpForm: (
        lambda here, data: school_forms.ConfirmSignUpForm(data, asked=here.sign_up),
        lambda here: {},
    ),
    school_forms.AccountRequestForm: (Here.request_form, lambda here: {**here.school, "category": "EPID"}),
    school_forms.RefusalForm: (lambda here, data: school_forms.RefusalForm(data), lambda here: {}),
    school_forms.AuthorisedListForm: (lambda here, data: school_forms.AuthorisedListForm(data), lambda here: {}),
    school_forms.ChooseEstablishmentForm: (
        lambda here, data: school_forms.ChooseEstablishmentForm(data, memberships=[here.membership]),
        lambda here: {},
    ),
    school_forms.GuideSearchForm: (lambda here, data: school_forms.GuideSearchForm(data), lambda here: {}),
    school_forms.SearchForm: (lambda here, data: school_forms.SearchForm(data), lambda here: {}),
    school_forms.SampleForm: (lambda here, data: school_forms.SampleForm(data), lambda here: {}),
    candidate_forms.ImportForm: (
        lambda here, data: candidate_forms.ImportForm(data, establishment=here.establishment, year=here.year),
        lambda here: {},
    ),
    candidate_forms.TriedImportForm: (
        lambda here, data: candidate_forms.TriedImportForm(data, establishment=here.establishment, year=here.year),
        lambda here: {},
    ),
    candidate_forms.ConfirmImportForm: (
        lambda here, data: candidate_forms.ConfirmImportForm(data, preview=here.preview),
        lambda here: {"seen": here.preview.fingerprint},
    ),
    candidate_forms.CandidateForm: (Here.candidate_form, lambda here: here.person),
    candidate_forms.DeleteListForm: (
        lambda here, data: candidate_forms.DeleteListForm(data, establishment=here.establishment),
        lambda here: {},
    ),
    bank_forms.QuestionForm: (
        Here.question_form,
        lambda here: {"code": "circ-x", "theme": "circulation", "users": ["pieton"], "for_assr1": "on", "use": "both",
                      "competence": "Savoir faire", "statement": "Que fait-on ici ?", "explanation": "x" * 30,
                      "scene": "y" * 30, "view": "rue", "duration": "8"},
    ),
    bank_forms.PropositionForm: (Here.proposition_form, lambda here: {"text": "Oui", "expected": "on"}),
    bank_forms.InsistForm: (lambda here, data: bank_forms.InsistForm(data), lambda here: {}),
    bank_forms.BankFileForm: (lambda here, data: bank_forms.BankFileForm(data), lambda here: {}),
    bank_forms.NeutralisedExamForm: (
        lambda here, data: bank_forms.NeutralisedExamForm(data, question=here.row.question),
        lambda here: {},
    ),
    bank_forms.NeutralisationForm: (
        lambda here, data: bank_forms.NeutralisationForm(data, row=here.row, changes=[]),
        lambda here: {"reason": "Panneau illisible"},
    ),
    exam_forms.ExamForm: (
        lambda here, data: exam_forms.ExamForm(data, establishment=here.establishment, now=timezone.now()),
        lambda here: {"kind": "exam", "attestation": "ASSR1", "name": "5A", "starts_at": f"{here.year}-06-01T10:00",
                      "like": here.exam.pk},
    ),
    exam_forms.TrainingLikeForm: (
        lambda here, data: exam_forms.TrainingLikeForm(data, establishment=here.establishment),
        lambda here: {"like": here.exam.pk},
    ),
    exam_forms.ChooseCandidatesForm: (
        lambda here, data: exam_forms.ChooseCandidatesForm(
            data,
            choices=queries.choices(
                here.establishment, kind="exam", attestation="ASSR1", year=here.year, now=timezone.now()
            ),
        ),
        lambda here: {"candidates": [here.candidate.pk]},
    ),
    exam_forms.MarksForm: (lambda here, data: exam_forms.MarksForm(data, sittings=[here.sitting]), lambda here: {}),
    exam_forms.TypedAnswersForm: (
        lambda here, data: exam_forms.TypedAnswersForm(data, sitting=here.sitting, rows=[here.row]),
        lambda here: {},
    ),
    exam_forms.DeleteForm: (lambda here, data: exam_forms.DeleteForm(data), lambda here: {}),
    exam_forms.ActForm: (lambda here, data: exam_forms.ActForm(data), lambda here: {}),
    exam_forms.PresenceForm: (lambda here, data: exam_forms.PresenceForm(data, exam=here.exam), lambda here: {}),
    exam_forms.IncidentForm: (lambda here, data: exam_forms.IncidentForm(data), lambda here: {"category": "network"}),
    exam_forms.ReasonForm: (lambda here, data: exam_forms.ReasonForm(data), lambda here: {}),
    exam_forms.ResultFilesForm: (
        lambda here, data: exam_forms.ResultFilesForm(data, {}, asks_reason=True),
        lambda here: {},
    ),
    exam_forms.NumberForm: (lambda here, data: exam_forms.NumberForm(data), lambda here: {"number": here.exam.number}),
    exam_forms.CodeForm: (
        lambda here, data: exam_forms.CodeForm(data, exam=here.exam, watched=True),
        lambda here: {"code": here.sitting.access_code, "born": "03/04/2012"},
    ),
    exam_forms.CandidateListForm: (
        lambda here, data: exam_forms.CandidateListForm(data, divisions=["5A", ""], attestations=[]),
        lambda here: {},
    ),
    exam_forms.SelectionForm: (
        lambda here, data: exam_forms.SelectionForm(data, **here.selection),
        lambda here: {"candidates": [here.candidate.pk], "found": "on"},
    ),
    exam_forms.SelectionActionForm: (
        lambda here, data: exam_forms.SelectionActionForm(data, **here.selection),
        lambda here: {"action": "supprimer", "candidates": [here.candidate.pk]},
    ),
    exam_forms.SiecleImportForm: (lambda here, data: exam_forms.SiecleImportForm(data), lambda here: {}),
    exam_forms.SiecleConfirmForm: (lambda here, data: exam_forms.SiecleConfirmForm(data), lambda here: {}),
    certificate_forms.AttestationsForm: (
        lambda here, data: certificate_forms.AttestationsForm(data, **here.selection),
        lambda here: {"candidates": [here.candidate.pk]},
    ),
    certificate_forms.DuplicateForm: (
        lambda here, data: certificate_forms.DuplicateForm(data, sittings=Sitting.objects.all()),
        lambda here: {},
    ),
    figure_forms.AcademyForm: (lambda here, data: figure_forms.AcademyForm(data), lambda here: {}),
    figure_forms.FiguresForm: (
        lambda here, data: figure_forms.FiguresForm(data, weeks=[NOW.date()], has_lines=True),
        lambda here: {},
    ),
}  # fmt: skip


def forms_of_the_house() -> set[type]:
    labels = ("establishments", "candidates", "exams", "certificates", "stats")
    modules = [import_module(f"{apps.get_app_config(label).name}.forms") for label in labels] + [bank_forms]
    return {
        form
        for module in modules
        for _, form in inspect.getmembers(module, inspect.isclass)
        if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__ and not form.__name__.startswith("_")
    }


def test_no_form_is_left_out():
    assert set(FORMS) == forms_of_the_house()


# Words of Django's and allauth's own messages: whoever reads one of them reads English.
_ENGLISH = re.compile(
    r"\b(the|this|that|enter|ensure|select|valid value|required|must|cannot|not|please|is|are)\b", re.I
)


def request_for_forms():
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request.session[SECRET_SESSION_KEY] = SECRET
    request._messages = BaseStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


@contextmanager
def a_school():
    request = request_for_forms()
    with request_context(request):
        yield Here(EstablishmentFactory(identifier="0750655E"), request)


def faults_of(form: forms.BaseForm, hostile: str) -> list[str]:
    """What is wrong with how a form takes a hostile text: its words, its page, or what it lets through."""
    faults = []
    form.is_valid()
    for name, messages in form.errors.items():
        faults += [
            f"{name}: not in French: {message}" for message in messages if _ENGLISH.search(said(message, hostile))
        ]
        faults += [f"{name}: nothing said" for message in messages if not message.strip()]
    for name, value in form.cleaned_data.items():
        if isinstance(value, str) and not isinstance(form.fields.get(name, None), forms.FileField):
            faults += [f"{name}: lets through {value[:40]!a}"] if "\0" in value or not is_storable(value) else []
    if MARK in hostile and re.search('[<"]', hostile) and hostile in form.as_div():
        faults.append("in the page as it came")
    return faults


def said(message: str, hostile: str) -> str:
    """A message without the text that it repeats."""
    return message.replace(hostile.strip(), "…") if hostile.strip() else message


def is_storable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


HOSTILE = [text.value for text in TEXTS] + [*DATES, *MOMENTS, *NUMBERS, *UAIS, *INES]


def shots(fields: dict, names: list[str]):
    """Each hostile text alone in one field after the other, and some of them in all at once."""
    for number, value in enumerate(HOSTILE):
        name = names[number % len(names)]
        yield value, fields | {name: value}
        if len(names) > 1 and not number % 4:
            yield value, fields | dict.fromkeys(names, value)


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_a_form_takes_or_refuses_every_hostile_text(kind):
    make, given = FORMS[kind]
    wrong = []
    with a_school() as here:
        fields = given(here)
        names = [name for name, one in make(here, posted({})).fields.items() if not isinstance(one, forms.FileField)]
        if not names:
            return
        for number, (value, data) in enumerate(shots(fields, names)):
            if not number % 5:
                cache.clear()  # nobody is told to wait
            form = make(here, posted(data))
            wrong += [f"{value[:40]!a}: {fault}" for fault in faults_of(form, value)]
    assert not wrong, "\n".join(wrong[:20])


def tables() -> list:
    return sorted(admin.site._registry.values(), key=lambda table: table.model._meta.label)


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.model._meta.label)
def test_a_form_of_the_administration_takes_or_refuses_every_hostile_text(table):
    wrong = []
    with a_school() as here:
        here.request.user = User(is_staff=True, is_superuser=True)
        if not (table.has_add_permission(here.request) or table.has_change_permission(here.request)):
            return
        kind = table.get_form(here.request)
        names = [name for name, one in kind.base_fields.items() if not isinstance(one, forms.FileField)]
        for value, data in shots({}, names) if names else ():
            form = kind(posted(data))
            wrong += [f"{value[:40]!a}: {fault}" for fault in faults_of(form, value)]
    assert not wrong, "\n".join(wrong[:20])


# --- Times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "right"), MOMENTS.items(), ids=map(ascii, MOMENTS))
def test_a_moment(value, right):
    establishment = EstablishmentFactory(identifier="0750655E")
    fields = {"kind": "exam", "attestation": "ASSR1", "name": "5A", "starts_at": value}
    with timezone.override(establishment.zone):
        form = exam_forms.ExamForm(posted(fields), establishment=establishment, now=NOW)
        assert form.is_valid() == right
    assert right or set(form.errors) == {"starts_at"}
    assert not right or form.cleaned_data["starts_at"].astimezone(UTC) == datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(("value", "day"), DATES.items(), ids=map(ascii, DATES))
def test_a_birth_date_in_the_form(value, day):
    establishment = EstablishmentFactory(identifier="0750655E")
    instance = Candidate(establishment=establishment, year=2026)
    fields = {"last_name": "Martin", "first_name": "Zoé", "birth_date": value, "attestation": "ASSR1"}
    day = day if value.isascii() else None  # other digits are read in a file only
    form = candidate_forms.CandidateForm(posted(fields), instance=instance)
    assert form.is_valid() == bool(day), form.errors
    assert set(form.errors) == (set() if day else {"birth_date"})
    assert not day or form.cleaned_data["birth_date"] == day


# --- What is stored, shown and written --------------------------------------------------------------------------------


def hostile_people(establishment) -> list[Candidate]:
    """A candidate for each text that the form takes as a name."""
    people = []
    for number, text in enumerate(TEXTS):
        instance = Candidate(establishment=establishment, year=establishment.current_year, identifier=f"X{number}")
        fields = {
            "last_name": text.value,
            "first_name": text.value,
            "birth_date": f"03/04/{instance.year - 14}",
            "attestation": "ASSR1",
        }
        form = candidate_forms.CandidateForm(posted(fields), instance=instance)
        if form.is_valid():
            people.append(form.instance)
        else:
            assert set(form.errors) <= {"last_name", "first_name"}
    for number, person in enumerate(people):
        person.identifier = f"X{number}"
    return people


def test_names_are_kept_as_they_were_taken_and_shown_as_text(head_client, establishment):
    client = Client()  # the strict one takes a name that says onerror= for an attribute
    client.cookies = head_client.cookies
    people = hostile_people(establishment)
    assert len(people) > 300
    Candidate.objects.bulk_create(people)
    taken = [(person.identifier, person.last_name, person.first_name) for person in people]
    stored = Candidate.objects.of(establishment).values_list("identifier", "last_name", "first_name")
    assert sorted(stored) == sorted(taken)
    shown = []
    for page in range(1, 2 + len(people) // 50):
        response = client.get(f"{reverse('candidate_list')}?page={page}")
        shown.append(response.content.decode())
    harmful = {p.last_name for p in people if re.search('[<"]', p.last_name) and len(p.last_name) > 3}
    assert len(harmful) > 30
    assert not [name for name in harmful for page in shown if name in page]


def test_what_a_spreadsheet_would_run_leaves_as_text(head_client, establishment):
    Candidate.objects.bulk_create(hostile_people(establishment))
    page = head_client.post(reverse("candidate_download", args=["csv"]))
    rows = list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) > 300
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


# --- The player -------------------------------------------------------------------------------------------------------

TOKEN = "t" * 43


@pytest.fixture
def running(establishment):
    exam = ExamFactory(establishment=establishment, exam_questions__count=20)
    return SittingFactory(
        exam=exam, state=SittingState.RUNNING, epoch=1, started_at=timezone.now(), token_hash=token_digest(TOKEN)
    )


def sent(name: str, sitting, body: bytes, token: str = TOKEN):
    url = reverse(name, args=[sitting.pk])
    header = f"Bearer {token}".encode("utf-8", "surrogatepass").decode("latin-1")
    client = Client(raise_request_exception=True)
    return client.post(url, body, content_type="application/json", headers={"Authorization": header})


def test_saves_are_stored_whole_or_refused(running):
    for name, (body, status) in SAVES.items():
        Sitting.objects.filter(pk=running.pk).update(responses={})
        response = sent("sitting_save", running, body)
        assert response.status_code == status, name
        assert response.headers["Content-Type"] == "application/json", name
        running.refresh_from_db()
        assert bool(running.responses) == (status == 200), name


def test_claims_of_a_finish_end_nothing(running):
    for name, (body, status) in HELDS.items():
        assert sent("sitting_finish", running, body).status_code == status, name
    running.refresh_from_db()
    assert running.state == SittingState.RUNNING


def test_a_token_of_no_device_opens_nothing(running):
    for token in TOKENS:
        for name in ("sitting_resume", "sitting_save", "sitting_finish"):
            response = sent(name, running, SAVES["one answer"][0], token)
            assert response.status_code == 401, (token[:20], name)
    running.refresh_from_db()
    assert running.responses == {}


def test_a_start_takes_a_token_and_nothing_else(establishment):
    exam = ExamFactory(establishment=establishment, exam_questions__count=20)
    sitting = SittingFactory(exam=exam)
    client = Client()
    client.cookies[SITTING_COOKIE] = signing.dumps(str(sitting.pk), salt=SITTING_COOKIE)
    tokens = [token for token in TOKENS if not re.fullmatch("[A-Za-z0-9_-]{43}", token)]
    for token in [*tokens, None, 1, True, [], {}, [TOKEN]]:
        response = client.post(reverse("sitting_start"), json.dumps({"token": token}), "application/json")
        assert response.status_code == 400, token
    for name, (body, status) in SAVES.items():
        if status == 400:
            assert client.post(reverse("sitting_start"), body, "application/json").status_code == 400, name
    sitting.refresh_from_db()
    assert sitting.state == SittingState.NOT_STARTED


# --- Headers ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(establishment, head_client, running):
    """Somebody signed in, somebody who is not, a candidate; a page of each, and what a device asks."""
    candidate = Client()
    candidate.cookies[SITTING_COOKIE] = signing.dumps(str(running.pk), salt=SITTING_COOKIE)
    head = Client()
    head.cookies = head_client.cookies
    return [
        (Client(), "/"),
        (Client(), "/login"),
        (head, reverse("candidate_list")),
        (candidate, reverse("exam_identity")),
        (Client(), reverse("exam_signal", args=[running.exam_id])),
        (Client(), "/static/css/app.css"),
    ]


def test_a_hostile_header_is_no_failure_and_does_not_come_back(pages):
    for name, value in HEADERS:
        for client, url in pages:
            header = value.encode("utf-8").decode("latin-1")  # as a server hands bytes on
            response = client.get(url, headers={name: header})
            assert response.status_code < 500, (name, value[:40], url)
            told = " ".join(f"{key}: {text}" for key, text in response.headers.items())
            assert "evil.example" not in told, (name, value, url)
            if response.streaming:
                b"".join(response)


def test_a_post_with_a_hostile_header_is_no_failure(pages, running):
    for name, value in HEADERS:
        header = value.encode("utf-8").decode("latin-1")
        for client, url in pages[1:4]:
            response = client.post(url, {"login": "x", "password": "y", "q": "z"}, headers={name: header})
            assert response.status_code < 500, (name, value[:40], url)
        headers = {"Authorization": f"Bearer {TOKEN}", name: header}
        response = Client().post(
            reverse("sitting_resume", args=[running.pk]), "{}", content_type="application/json", headers=headers
        )
        assert response.status_code < 500, (name, value[:40])
