"""Who may do what: every URL of the resolver × method × role, with the objects of one school and of another.

The table is generated. A URL pattern brings its own declared access (`view.access`), its arguments come from a world in
which every kind of object exists, and what each role may expect follows from the access alone. A URL that declares
nothing, or for which the world has no object, fails.
"""

import re
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from candidates.models import Candidate, ImportDraft
from candidates.rules import RowError
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from establishments.admin import AcademyAdmin
from establishments.auth import SecondFactorAdapter
from establishments.enums import Category, Door, FaqKind, IdentifierKind, MembershipSource, Role, Status
from establishments.models import (
    AccountRequest,
    AuthorisedEstablishment,
    Contact,
    Establishment,
    FaqEntry,
    News,
    Resource,
    SessionDates,
    SignIn,
    User,
)
from exams import queries
from exams.auth import EXAM_COOKIE, SITTING_COOKIE, token_digest
from exams.enums import SittingState
from exams.models import BankImport, Exam, ExamQuerySet, Question, SiecleExport, Sitting
from tests.conftest import SECRET, StrictClient
from tests.factories import (
    CandidateFactory,
    EstablishmentFactory,
    ExamFactory,
    MembershipFactory,
    SittingFactory,
    UserFactory,
    make_bank,
)

METHODS = ("GET", "POST")
TOKEN = "t" * 43

# --- The world ----------------------------------------------------------------------------------------------------


@dataclass
class School:
    """One establishment with an object of each kind that a URL can name."""

    establishment: Establishment
    exam: Exam  # to come: it can be changed and deleted
    candidate: Candidate  # admitted: there is an attestation to print
    sitting: Sitting  # closed
    running: Sitting
    draft: ImportDraft
    job: Job
    siecle_job: Job
    export: SiecleExport
    request: AccountRequest


@dataclass
class World:
    a: School
    b: School
    clients: dict[str, StrictClient]
    rows: dict[str, object] = field(default_factory=dict)  # of tables that belong to no school, by model name


def exported(candidate: Candidate) -> SiecleExport:
    """An export to SIECLE BEE that carried the candidate's result."""
    export = SiecleExport.objects.create(
        establishment=candidate.establishment, year=candidate.year, made_at=timezone.now()
    )
    export.results.create(
        candidate=candidate, ine=candidate.identifier, attestation="ASSR1", outcome="admitted", day=timezone.localdate()
    )
    return export


def make_school(identifier: str, academy: str) -> School:
    now = timezone.now()
    establishment = EstablishmentFactory(identifier=identifier, academy=academy, name=f"École {identifier}")
    sitting = SittingFactory(
        exam=ExamFactory(establishment=establishment, starts_at=now - timedelta(hours=5), exam_questions__count=20),
        closed=True,
        responses={
            str(number): {"c": "A", "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"}
            for number in range(1, 21)
        },
        candidate__last_name=f"CANARI{identifier}",
    )
    running = SittingFactory(
        exam=ExamFactory(establishment=establishment, exam_questions__count=20),
        state=SittingState.RUNNING,
        epoch=1,
        started_at=now,
        token_hash=token_digest(TOKEN + identifier),
    )
    exam = ExamFactory(establishment=establishment, starts_at=now + timedelta(days=2), exam_questions__count=20)
    SittingFactory(exam=exam)
    job = Job.objects.create(
        kind="access_codes",
        title="Travail",
        scope=str(establishment.pk),
        state=JobState.DONE,
        file="f" * 32,
        filename="a.pdf",
    )
    path = jobs.path_of(job.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    Job.objects.create(
        kind=queries.FILM,
        title="Film",
        scope=str(establishment.pk),
        arguments=queries.film_arguments(exam),
        state=JobState.DONE,
        file=job.file,
        filename="film.mp4",
    )
    return School(
        establishment=establishment,
        exam=exam,
        candidate=sitting.candidate,
        sitting=sitting,
        running=running,
        draft=ImportDraft.objects.create(
            establishment=establishment,
            year=establishment.current_year,
            filename="liste.csv",
            rows=[],
            errors=[asdict(RowError(2, "INE", "1,4E+09", "Cet INE est illisible."))],
            table=[[1, ["INE"]], [2, ["1,4E+09"]]],
        ),
        job=job,
        siecle_job=Job.objects.create(kind="siecle_import", title="Import", scope=str(establishment.pk)),
        export=exported(sitting.candidate),
        request=AccountRequest.objects.create(
            identifier_kind=IdentifierKind.EPIDE,
            identifier=f"EPIDE-{identifier}",
            name=f"EPIDE {identifier}",
            email=f"{identifier}@example.org",
            category=Category.EPIDE,
            status=Status.PUBLIC,
            academy=academy,
            city="Ville",
        ),
    )


def signed_in(user: User, *, proved: bool = False) -> StrictClient:
    client = StrictClient(raise_request_exception=True)
    client.force_login(user)
    if proved:
        Authenticator.objects.create(user=user, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)})
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def member(school: School, role: Role, **fields) -> StrictClient:
    return signed_in(MembershipFactory(establishment=school.establishment, role=role, **fields).user)


def candidate_of(school: School) -> StrictClient:
    client = StrictClient()
    client.cookies[EXAM_COOKIE] = signing.dumps(school.running.exam.number, salt=EXAM_COOKIE)
    client.cookies[SITTING_COOKIE] = signing.dumps(str(school.running.pk), salt=SITTING_COOKIE)
    return client


def make_world() -> World:
    cache.clear()
    a, b = make_school("0750655E", "01"), make_school("9740999T", "28")
    member(b, Role.SUPERVISOR)
    today = timezone.localdate()
    delegated = {"source": MembershipSource.ACADEMIC}
    clients = {
        "anonymous": StrictClient(),
        "candidate": candidate_of(a),
        "supervisor": member(a, Role.SUPERVISOR),
        "head": member(a, Role.HEAD),
        "head of another school": member(b, Role.HEAD),
        "delegated supervisor": member(a, Role.SUPERVISOR, valid_until=today + timedelta(days=1), **delegated),
        "former delegate": member(a, Role.SUPERVISOR, valid_until=today - timedelta(days=2), **delegated),
        "academy": signed_in(UserFactory(is_staff=True, academy="01"), proved=True),
        "another academy": signed_in(UserFactory(is_staff=True, academy="28"), proved=True),
        "national": signed_in(UserFactory(is_staff=True, is_superuser=True), proved=True),
        "national without a code": signed_in(UserFactory(is_staff=True, is_superuser=True)),
    }
    someone = UserFactory()
    rows = {
        "user": someone,
        "signin": SignIn.objects.create(user=someone, door=Door.LOCAL, establishment=a.establishment),
        "authorisedestablishment": AuthorisedEstablishment.objects.create(
            identifier_kind=IdentifierKind.UAI,
            identifier="0781977A",
            name="Collège des Tilleuls",
            category=Category.NATIONAL_EDUCATION,
            status=Status.PUBLIC,
        ),
        "sessiondates": SessionDates.objects.create(
            category="EN", year=2030, opens_on="2030-01-16", closes_on="2030-07-07"
        ),
        "news": News.objects.create(title="Titre", text="Texte"),
        "faqentry": FaqEntry.objects.create(kind=FaqKind.TECHNICAL, question="Quoi ?", answer="Ceci."),
        "contact": Contact.objects.create(subject="Tout"),
        "resource": Resource.objects.create(title="Livret", address="https://example.org/livret.pdf"),
        "question": Question.objects.first(),
        "candidate": a.candidate,
        "bankimport": BankImport.objects.create(filename="banque.zip", file="0" * 32),
        "logentry": LogEntry.objects.create(
            user=someone,
            content_type=ContentType.objects.get_for_model(News),
            object_id="1",
            object_repr="Titre",
            action_flag=CHANGE,
        ),
    }
    return World(a, b, clients, rows)


@pytest.fixture
def world(db):
    return make_world()


# --- The cells ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One URL as the resolver has it; `own` says whether its address names an object of a school."""

    name: str
    route: str
    url: str
    access: str
    own: bool


def patterns(resolver=None, prefix=""):
    for pattern in resolver if resolver is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route, pattern.name, pattern.callback


# Beginning of a route → what its key is, in a school. The longest beginning counts.
OBJECTS = {
    "epreuves/<int:pk>": lambda school: school.exam.pk,
    "candidats/<int:pk>": lambda school: school.candidate.pk,
    "candidats/importer/<int:pk>": lambda school: school.draft.pk,
    "candidats/siecle/<uuid:key>": lambda school: school.siecle_job.pk,
    "candidats/exporter/siecle/<int:pk>": lambda school: school.export.pk,
    "passations/<uuid:key>": lambda school: school.sitting.pk,
    "examen/passation/<uuid:key>": lambda school: school.running.pk,
    "examen/signal/<int:pk>": lambda school: school.exam.pk,
    "travaux/<uuid:pk>": lambda school: school.job.pk,
}
# Parameters that name no object of a school.
PLAIN = {
    r"^compte/validation/(?P<key>[-:\w]+)/$": "compte/validation/abc/",
    r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "mot-de-passe/oublie/zzz-b-c/",
    # Keys that the platform signed or drew itself, worth nothing to whoever makes one up.
    "preparation/<attestation:attestation>/": "preparation/assr1/",
    "preparation/<attestation:attestation>/entrainement/": "preparation/assr1/entrainement/",
    "preparation/<attestation:attestation>/test/": "preparation/assr1/test/",
    "preparation/<attestation:attestation>/questions/": "preparation/assr1/questions/",
    "aide/<str:reader>/<slug:name>/": "aide/candidat/passer-l-epreuve/",
    "compte/creer/<str:key>/": "compte/creer/abc/",
    "compte/demander/<str:key>/": "compte/demander/abc/",
    "compte/ouvrir/<uuid:pk>/": f"compte/ouvrir/{uuid.UUID(int=1)}/",
}
ADMIN = "administration/"
ADMIN_PAGES = {
    "r/<path:content_type_id>/<path:object_id>/": "r/1/1/",
    "(?P<url>.*)$": "nulle-part/",
}
SCHOOLS_TABLES = {"establishment": "establishment", "accountrequest": "request"}


class NoArguments(AssertionError):
    pass


def address(route: str, school: School, world: World) -> tuple[str, bool]:
    """The path of a route, and whether it names an object of `school`. Raises NoArguments."""
    route = route.replace("<str:file_format>", "csv")  # every download has it
    if route in PLAIN:
        return "/" + PLAIN[route], False
    for start in sorted(OBJECTS, key=len, reverse=True):
        if route.startswith(start):
            key = re.search(r"<[^>]+>", start).group()
            return _whole("/" + route.replace(key, str(OBJECTS[start](school))), route), True
    if route.startswith(ADMIN):
        return _admin_address(route.removeprefix(ADMIN), school, world)
    return _whole("/" + route.removeprefix("^").removesuffix("$"), route), False


def _admin_address(rest: str, school: School, world: World) -> tuple[str, bool]:
    for begin, path in ADMIN_PAGES.items():
        if rest == begin:
            return f"/{ADMIN}{path}", False
    if rest.startswith("^(?P<app_label>"):
        return f"/{ADMIN}establishments/", False
    named = re.search(r"<(path:object_id|id|int:pk)>", rest)
    if not named:
        return _whole(f"/{ADMIN}{rest}", rest), False
    model = "bankimport" if rest.startswith("exams/question/importer/") else rest.split("/")[1]
    if model in SCHOOLS_TABLES:
        row = getattr(school, SCHOOLS_TABLES[model])
    elif model in world.rows:
        row = world.rows[model]
    else:
        raise NoArguments(f"no row of {model} in the world: {rest}")
    return _whole(f"/{ADMIN}{rest.replace(named.group(), str(row.pk))}", rest), model in SCHOOLS_TABLES


def _whole(path: str, route: str) -> str:
    if re.search(r"[<>()\\]", path):
        raise NoArguments(f"no argument for the matrix: {route}")
    return path


def cells(world: World, school: School, resolver=None) -> list[Cell]:
    found = []
    for route, name, view in patterns(resolver):
        access = getattr(view, "access", None)
        if access is None and route.startswith(ADMIN):
            access = "admin"
        assert access, f"{route} does not say who may use it"
        url, own = address(route, school, world)
        found.append(Cell(name or route, route, url, access, own))
    return found


# --- What each role may expect ------------------------------------------------------------------------------------

IN = "in"  # reaches the page, whatever the page then answers
LOGIN, ADMIN_LOGIN, NUMBER, INDEX = "to /login", "to the administration's door", "to the exam's number", "to the index"

STAFF_ROLES = {"supervisor", "delegated supervisor"}
HEADS = {"head", "head of another school"}
ADMINISTRATORS = {"academy", "another academy", "national"}
WITHOUT_SESSION = {"anonymous", "candidate"}
NO_ESTABLISHMENT = {"former delegate", *ADMINISTRATORS, "national without a code"}
# Signed-in pages that themselves tell people without any establishment so.
NEEDS_ESTABLISHMENT = {"home": {"former delegate"}}
# Pages about the telephone's code, for those who have none.
NEEDS_CODE = {"mfa_deactivate_totp", "mfa_view_recovery_codes"}


def expected(cell: Cell, role: str, method: str, *, foreign: bool):
    """What must come of it; `foreign` says that the object is not of the role's own school or academy."""
    match cell.access:
        case "public":
            return IN
        case "candidate":
            if role == "candidate" and cell.name == "own_correction_pdf":
                return {403, 405}  # this candidate is still sitting
            return IN if role == "candidate" else NUMBER
        case "bearer":
            return 401 if method == "POST" else {401, 405}
        case "admin":
            return expected_of_administration(cell, role, method, foreign=foreign)
        case "administrator":
            if role in WITHOUT_SESSION:
                return LOGIN
            return IN if role in ADMINISTRATORS else ADMIN_LOGIN
    if role in WITHOUT_SESSION:
        return LOGIN
    if cell.access == "signed in":
        return {403, 405} if role in NEEDS_ESTABLISHMENT.get(cell.name, ()) else IN
    if cell.access == "account owner":
        if cell.name in NEEDS_CODE and role in HEADS | {"national without a code"}:
            return 404
        return IN if role in HEADS | ADMINISTRATORS | {"national without a code"} else 403
    allowed = {"head": HEADS, "staff": HEADS | STAFF_ROLES}[cell.access]
    if role not in allowed:
        return 403
    # A method that the view does not know is refused before its object is looked for.
    return {404, 405} if foreign and cell.own else IN


MODEL_APPS = {model._meta.app_label for model in admin.site._registry}
# Tables and pages of the administration that nobody may add to, change or delete from by typing.
NOBODY_ADDS = {"establishment", "accountrequest", "signin", "logentry", "candidate"}
NOBODY_CHANGES = {"accountrequest", "signin", "logentry", "candidate"}
NOBODY_DELETES = {"establishment", "accountrequest", "user", "signin", "question", "logentry", "candidate"}


def expected_of_administration(cell: Cell, role: str, method: str, *, foreign: bool):
    rest = cell.route.removeprefix(ADMIN)
    if rest == "login/":
        return LOGIN if role in WITHOUT_SESSION else IN if role in ADMINISTRATORS | {"national without a code"} else 403
    if role in WITHOUT_SESSION:
        return {LOGIN, ADMIN_LOGIN}  # the second leads to the first
    if role not in ADMINISTRATORS:
        # Signing out is for everyone.
        return IN if rest == "logout/" else ADMIN_LOGIN
    if rest == "autocomplete/":
        return {403, 405}  # no table of the administration was named
    if rest in ADMIN_PAGES:
        return 404
    parts = rest.split("/", 2)
    if parts[0] not in MODEL_APPS or rest.startswith("^"):
        return IN
    model, page = parts[1], parts[2]
    own_table = role == "national" or model in SCHOOLS_TABLES
    if page == "add/":
        return 403 if role != "national" or model in NOBODY_ADDS else IN
    if page == "":
        return IN if own_table else 403
    if page == "<path:object_id>/":
        return IN  # leads to the page of the change, which decides
    if page.endswith("delete/"):
        return 403 if role != "national" or model in NOBODY_DELETES else IN
    if page.endswith("history/"):
        return IN if own_table and not foreign else INDEX
    if page.endswith("change/"):
        if method == "POST":
            return 403 if role != "national" or model in NOBODY_CHANGES else IN
        return (IN if not foreign else INDEX) if own_table else 403
    if page in ("<int:pk>/accepter/", "<int:pk>/refuser/"):
        return 404 if foreign else IN
    # Other pages of a table (uploads, passwords) are the nation's.
    return IN if role == "national" else 403


def outcome(response):
    """What a role met, in the words of `expected`."""
    if response.status_code != 302:
        return response.status_code if response.status_code in (401, 403, 404, 405) else IN
    target = response["Location"]
    if target.startswith("/login?next="):
        return LOGIN
    if target.startswith(reverse("admin:login")):
        return ADMIN_LOGIN
    if target == reverse("exam_number"):
        return NUMBER
    if target == reverse("admin:index"):
        return INDEX
    return IN


def is_as_expected(cell: Cell, wanted, response) -> bool:
    if response.status_code >= 500:
        return False
    if cell.access == "public":
        return outcome(response) != LOGIN
    met = outcome(response)
    if wanted == IN:
        # 405: the method is not one of the page's. The index and the exam's number are pages to arrive at as well.
        return met in {IN, 405, INDEX, NUMBER}
    return met in wanted if isinstance(wanted, set) else met == wanted


def ask(client: StrictClient, cell: Cell, method: str) -> tuple[object, list[str]]:
    """The answer, and what it wrote besides sessions; nothing of it stays."""
    writes = []

    def watch(execute, sql, params, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE)\b", sql) and '"django_session"' not in sql:
            writes.append(sql[:80])
        return execute(sql, params, many, context)

    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        with connection.execute_wrapper(watch):
            response = client.generic(method, cell.url) if method == "POST" else client.get(cell.url)
        if response.streaming:
            b"".join(response)  # to the end, so that its file is closed
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return response, writes


def violations(world: World, role: str, *, own: School, names=None) -> tuple[list[str], int]:
    """The cells in which `role` met something else than it must, and how many cells there were.

    The addresses name objects of school A; `own` is the school that the role belongs to.
    """
    wrong, count = [], 0
    for cell, method in product(cells(world, world.a), METHODS):
        if names and cell.name not in names:
            continue
        count += 1
        wanted = expected(cell, role, method, foreign=own is not world.a)
        response, writes = ask(world.clients[role], cell, method)
        if not is_as_expected(cell, wanted, response):
            wrong.append(f"{role} {method} {cell.url} ({cell.name}): {response.status_code}, not {wanted}")
        elif writes and wanted != IN and cell.access != "public":
            wrong.append(f"{role} {method} {cell.url} ({cell.name}): refused, but wrote {writes[0]}")
    return wrong, count


ROLES = (
    "anonymous", "candidate", "supervisor", "head", "head of another school", "delegated supervisor",
    "former delegate", "academy", "another academy", "national", "national without a code",
)  # fmt: skip
OF_SCHOOL_B = {"head of another school", "another academy"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_meets_what_it_must_on_every_url(world, role):
    wrong, count = violations(world, role, own=world.b if role in OF_SCHOOL_B else world.a)
    assert not wrong, "\n".join(wrong)
    assert count > 300


# --- What cannot be undone is asked once more ---------------------------------------------------------------------

# Addresses that lose something for good, or stop somebody: each shows the one confirm page first.
CONFIRMED = {
    "exam_delete": "head",
    "sitting_void": "head",
    "sitting_grade": "head",
    "candidate_delete": "head",
    "candidate_delete_all": "head",
    "supervisor_account_close": "head",
    "mfa_deactivate_totp": "national",
    "mfa_view_recovery_codes": "national",
}


def test_what_is_lost_is_said_on_one_page(world):
    now = timezone.now()
    Exam.objects.filter(pk=world.a.running.exam_id).update(
        starts_at=now - timedelta(hours=9), ends_at=now - timedelta(hours=6)
    )
    Sitting.objects.filter(pk=world.a.running.pk).update(last_seen_at=now - timedelta(hours=6))
    session = world.clients["national"].session
    session["account_authentication_methods"][0]["reauthenticated"] = True
    session.save()
    for name, role in CONFIRMED.items():
        key = {"exam": [world.a.exam.pk], "sitt": [world.a.running.pk]}.get(name[:4], [])
        key = [world.a.candidate.pk] if name == "candidate_delete" else key
        page = world.clients[role].get(reverse(name, args=key))
        assert page.status_code == 200, name
        assert "confirm.html" in [template.name for template in page.templates], name
        assert ">Annuler</a>" in page.content.decode(), name
    # The selection's deletion is a second step of a POST.
    page = world.clients["head"].post(
        reverse("candidate_selection"), {"action": "supprimer", "candidates": [world.a.candidate.pk]}
    )
    assert "confirm.html" in [template.name for template in page.templates]


# --- Controls: the matrix sees what it is there to see ------------------------------------------------------------


def test_a_view_without_its_scope_is_noticed(world, monkeypatch):
    monkeypatch.setattr(ExamQuerySet, "of", lambda self, establishment: self)
    wrong, _ = violations(world, "head of another school", own=world.b, names={"exam_detail", "exam_delete"})
    assert [line.split(" (")[1].split(")")[0] for line in wrong] == ["exam_detail", "exam_delete", "exam_delete"]


def test_an_administration_without_its_scope_is_noticed(world, monkeypatch):
    monkeypatch.setattr(AcademyAdmin, "get_queryset", admin.ModelAdmin.get_queryset)
    names = {"establishments_accountrequest_history", "account_request_refuse"}
    wrong, _ = violations(world, "another academy", own=world.b, names=names)
    assert {line.split(" (")[1].split(")")[0] for line in wrong} == names


def test_a_view_without_its_role_is_noticed(world, monkeypatch):
    view = next(view for _, name, view in patterns() if name == "exam_delete")
    bare = view.__wrapped__
    bare.access = view.access
    pattern = next(p for p in get_resolver().url_patterns[0].url_patterns if p.name == "exam_delete")
    monkeypatch.setattr(pattern, "callback", bare)
    wrong, _ = violations(world, "supervisor", own=world.a, names={"exam_delete"})
    assert len(wrong) == 2


def test_a_url_that_declares_nothing_fails(world):
    from django.urls import path

    with pytest.raises(AssertionError, match="does not say who may use it"):
        cells(world, world.a, [path("ouvert/", lambda request: None)])


def test_a_url_without_arguments_fails(world):
    from django.urls import path

    def view(request, pk):
        raise NotImplementedError

    view.access = "head"
    with pytest.raises(NoArguments, match="chose/<int:pk>/"):
        cells(world, world.a, [path("chose/<int:pk>/", view)])


# --- Another school's object is a key that never existed ----------------------------------------------------------


def test_a_foreign_key_answers_like_nonsense(world):
    """Same status and same bytes for the head of school B, whether the key is school A's or nobody's."""
    nowhere = {"int": "987654321", "uuid": str(uuid.uuid4())}
    compared = 0
    for cell, method in product(cells(world, world.a), METHODS):
        if not cell.own or cell.access not in ("head", "staff", "bearer"):
            continue
        start = max((start for start in OBJECTS if cell.route.startswith(start)), key=len)
        kind = re.search(r"<(\w+):", start).group(1)
        nonsense = cell.url.replace(str(OBJECTS[start](world.a)), nowhere[kind], 1)
        client = world.clients["head of another school"]
        theirs, _ = ask(client, cell, method)
        nobodys, _ = ask(client, Cell(cell.name, cell.route, nonsense, cell.access, own=True), method)
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content), cell
        compared += 1
    assert compared >= 40


def test_no_page_of_an_academy_names_a_pupil(world):
    """Every address of the site, read as an academy's administrator: no candidate's name is in any of them."""
    for cell in cells(world, world.a):
        response, _ = ask(world.clients["academy"], cell, "GET")
        if not response.streaming:
            assert b"CANARI" not in response.content, cell


def test_a_device_saves_in_its_own_sitting_only(world):
    """The token of school A's candidate opens nothing of school B's, nor the other way round."""
    for school, other in ((world.a, world.b), (world.b, world.a)):
        identifier = school.establishment.identifier
        token = {"Authorization": f"Bearer {TOKEN}{identifier}"}
        for name in ("sitting_resume", "sitting_save", "sitting_finish"):
            keys = [school.running.pk, other.running.pk]
            answers = [
                StrictClient().post(reverse(name, args=[key]), "{}", "application/json", headers=token) for key in keys
            ]
            assert [answer.status_code == 401 for answer in answers] == [False, True], name


# --- Primary keys swapped in posted fields ------------------------------------------------------------------------


@pytest.fixture
def snapshot(world):
    """What school A has, to be compared after school B's head has posted its keys."""

    def take():
        establishment = world.a.establishment
        return {
            "candidates": list(Candidate.objects.of(establishment).order_by("pk").values()),
            "exams": list(Exam.objects.of(establishment).order_by("pk").values()),
            "sittings": list(Sitting.objects.of(establishment).order_by("pk").values()),
            "drafts": list(ImportDraft.objects.of(establishment).values()),
            "exports": list(SiecleExport.objects.of(establishment).values()),
            "jobs": list(Job.objects.filter(scope=str(establishment.pk)).values()),
            "memberships": list(establishment.memberships.order_by("pk").values()),
        }

    return take


EXAM_FIELDS = {"kind": "exam", "attestation": "ASSR1", "name": "Examen volé", "timed": "on", "generate": "1"}


def in_two_days(establishment) -> str:
    return (timezone.now() + timedelta(days=2)).astimezone(establishment.zone).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.usefixtures("open_calendar")
def test_a_foreign_candidate_is_not_chosen_for_an_exam(world, snapshot):
    make_bank()
    before, head = snapshot(), world.clients["head of another school"]
    own = CandidateFactory(establishment=world.b.establishment)
    fields = {**EXAM_FIELDS, "starts_at": in_two_days(world.b.establishment)}
    foreign = Candidate.objects.of(world.a.establishment).values_list("pk", flat=True)
    for url in (reverse("exam_create"), reverse("exam_edit", args=[world.b.exam.pk])):
        for chosen in ([*foreign], [own.pk, *foreign]):
            response = head.post(url, {**fields, "candidates": chosen})
            assert response.status_code == 200, url
            assert response.context["chooser"].errors, url
    assert not Exam.objects.filter(name="Examen volé").exists()
    assert snapshot() == before
    assert head.post(reverse("exam_create"), {**fields, "candidates": [own.pk]}).status_code == 302
    exam = Exam.objects.get(name="Examen volé")
    assert [sitting.candidate_id for sitting in exam.sittings.all()] == [own.pk]
    assert exam.establishment == world.b.establishment


def test_a_foreign_candidate_is_not_printed(world, snapshot):
    before, head = snapshot(), world.clients["head of another school"]
    for chosen in ([world.a.candidate.pk], [world.b.candidate.pk, world.a.candidate.pk]):
        assert head.post(reverse("all_attestations"), {"candidates": chosen})["Location"] == reverse("candidate_list")
    assert not Job.objects.filter(kind="attestations").exists()
    assert snapshot() == before


def test_hidden_fields_do_not_move_a_candidate(world, snapshot):
    """An establishment, a year or a key posted besides a form's own fields are not listened to."""
    before, head = snapshot(), world.clients["head of another school"]
    a = world.a
    stolen = {"establishment": a.establishment.pk, "year": 1999, "pk": a.candidate.pk, "id": a.candidate.pk}
    fields = {
        "last_name": "VOL", "first_name": "Lily", "birth_date": "03/04/2012", "division": "5A", "sex": "F",
        "identifier": "130564139AC", "attestation": "ASSR1",
    }  # fmt: skip
    head.post(reverse("candidate_add"), fields | stolen)
    head.post(reverse("candidate_edit", args=[world.b.candidate.pk]), fields | stolen | {"identifier": "130564140AC"})
    rows = Candidate.objects.filter(last_name="VOL")
    assert {(row.establishment_id, row.year) for row in rows} == {
        (world.b.establishment.pk, world.b.establishment.current_year)
    }
    assert rows.count() == 2
    assert snapshot() == before


@pytest.mark.parametrize(
    ("name", "key", "fields"),
    [
        ("candidate_import_preview", lambda a: a.draft.pk, {"seen": "x"}),
        ("candidate_import_cancel", lambda a: a.draft.pk, {}),
        ("candidate_edit", lambda a: a.candidate.pk, {"last_name": "VOL"}),
        ("candidate_delete", lambda a: a.candidate.pk, {"understood": "on"}),
        ("exam_delete", lambda a: a.exam.pk, {"understood": "on"}),
        ("exam_edit", lambda a: a.exam.pk, EXAM_FIELDS),
        ("sitting_takeover", lambda a: a.running.pk, {}),
        ("job_file", lambda a: a.job.pk, {}),
        ("job_cancel", lambda a: a.siecle_job.pk, {}),
        ("job_again", lambda a: a.job.pk, {}),
    ],
)
def test_a_foreign_object_is_neither_changed_nor_deleted(world, snapshot, name, key, fields):
    before = snapshot()
    response = world.clients["head of another school"].post(reverse(name, args=[key(world.a)]), fields)
    assert response.status_code == 404
    assert snapshot() == before


def test_the_list_deleted_is_ones_own(world, snapshot):
    before, b = snapshot(), world.b
    Sitting.objects.of(b.establishment).exclude(state=SittingState.CLOSED).delete()
    head = world.clients["head of another school"]
    for identifier in (world.a.establishment.identifier, b.establishment.identifier):
        head.post(reverse("candidate_delete_all"), {"identifier": identifier})
    assert not Candidate.objects.of(b.establishment).exists()
    assert snapshot() == before


def test_a_foreign_membership_is_not_chosen(world):
    """The session's choice of an establishment is one of the person's own memberships, or none."""
    client = world.clients["head of another school"]
    theirs = world.a.establishment.memberships.first()
    client.post("/etablissement/choisir/", {"membership": theirs.pk})
    session = client.session
    session["membership"] = theirs.pk
    session.save()
    page = client.get("/accueil/")
    assert page.wsgi_request.establishment == world.b.establishment
