"""Every screen of every role, by the name that the map of addresses gives its page, in each state worth a look.

A GET page that is neither here nor in NOT_SCREENS, with the reason, fails `tests/test_screens.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from establishments.auth import identity_key
from establishments.models import User
from exams.auth import EXAM_COOKIE, SITTING_COOKIE
from exams.enums import SittingState
from exams.models import Sitting
from tests.factories import PASSWORD
from tests.screens.world import EMPTY, HUGE, NORMAL, School, World

WRONG = "erreur"

ROLES = {
    "anonymous": "N’importe qui",
    "candidate": "Candidat",
    "supervisor": "Surveillant",
    "head": "Chef d’établissement",
    "academy": "Administration académique",
    "national": "Administration nationale",
}

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Screen:
    """One page in one state. `who` is an account, a candidate's sitting or None; `act` is done once it is loaded."""

    role: str
    name: str
    state: str
    path: str
    who: User | Sitting | None = None
    act: Act | None = None

    @property
    def key(self) -> str:
        words = re.sub(r"\W+", "-", f"{self.name} {self.state}").strip("-")
        return f"{self.role}/{words}"


# Addresses that a GET answers with something else than a page of their own.
FILE = "un fichier à télécharger"
POSTED = "n’accepte que POST"
DATA = "des données pour un script, ou un fragment de page"
ELSEWHERE = "mène ailleurs, ou à une page d’erreur"
REFUSED = "refusé à tout le monde : personne n’ajoute, ne change ni ne supprime ainsi dans cette table"

NOT_SCREENS = {
    "practice_questions": DATA,
    "exam_film_status": DATA,
    "exam_film_file": FILE,
    "exam_act": POSTED,
    "sitting_incident": POSTED,
    "sitting_act": POSTED,
    "sitting_takeover": POSTED,
    "sitting_unvoid": POSTED,
    "candidate_import_cancel": POSTED,
    "candidate_import_errors": FILE,
    "siecle_export_receipt": FILE,
    "siecle_export_file": FILE,
    "educonnect_login": ELSEWHERE,
    "exam_leave": POSTED,
    "sitting_start": POSTED,
    "sitting_resume": POSTED,
    "sitting_save": POSTED,
    "sitting_finish": POSTED,
    "exam_signal": DATA,
    "account_logout": POSTED,
    "academic_login": ELSEWHERE,
    "job_status": DATA,
    "job_file": POSTED,
    "job_cancel": POSTED,
    "job_again": POSTED,
    "health": DATA,
    "alive": DATA,
    "ready": DATA,
    "figures": DATA,
    "candidate_template": FILE,
    "public_keys": DATA,
    "exam_convocations": FILE,
    "exam_convocations_to_cut": FILE,
    "exam_codes_pdf": FILE,
    "exam_code_slips": FILE,
    "exam_grid": FILE,
    "exam_key_grid": FILE,
    "exam_correction_pdf": FILE,
    "candidate_download": POSTED,
    "candidate_attestation": POSTED,
    "sitting_correction_pdf": FILE,
    "attestation_model": FILE,
    "own_correction_pdf": FILE,
    "exam_statistics_report": FILE,
    "exam_statistics_workbook": FILE,
    "statistics_download": FILE,
    "academy_figures_download": FILE,
    "login": ELSEWHERE,
    "logout": POSTED,
    "autocomplete": DATA,
    "jsi18n": DATA,
    "view_on_site": ELSEWHERE,
    "bank_export": FILE,
    "bank_export_qti": FILE,
    None: ELSEWHERE,  # <table>/<key>/ without « change/ », and whatever the administration does not know
    "establishments_establishment_add": REFUSED,
    "establishments_accountrequest_add": REFUSED,
    "establishments_signin_add": REFUSED,
    "admin_logentry_add": REFUSED,
    "candidates_candidate_add": REFUSED,
    "establishments_establishment_delete": REFUSED,
    "establishments_accountrequest_delete": REFUSED,
    "establishments_user_delete": REFUSED,
    "establishments_signin_delete": REFUSED,
    "admin_logentry_delete": REFUSED,
    "candidates_candidate_delete": REFUSED,
}


# --- What is done on a page ------------------------------------------------------------------------------------------


def sends(form: str = "main form[method=post]", *, press: str = "", **fields: str) -> Act:
    """Fill `fields` of the page's form and send it, or press one of its buttons: a mistake as people make it."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            control = page.locator(f"{form} [name={name}]").first
            if control.evaluate("node => node.localName") == "select":
                control.select_option(value)
            elif control.get_attribute("type") in ("checkbox", "radio"):
                page.locator(f"{form} [name={name}][value='{value}']").check(force=True)
            else:
                control.fill(value)
        with page.expect_navigation():
            if press:
                page.get_by_role("button", name=press, exact=True).first.click()
            else:
                page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")

    return act


def one_after_another(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def opens(label: str) -> Act:
    """A menu, unfolded."""
    return lambda page: page.get_by_role("button", name=label).first.click()


def shows(panel: str) -> Act:
    """A panel of the player, which its script shows one at a time, once that has come to where somebody begins."""
    only = (
        "name => document.querySelectorAll('[data-screen]').forEach(one => (one.hidden = one.dataset.screen !== name))"
    )

    def act(page: Page) -> None:
        page.locator(":is([data-screen=tutorial], [data-screen=setup]):visible").wait_for()
        page.evaluate(only, panel)

    return act


def answers_with(template: str, **context) -> Act:
    """The page that a view would make of `template` if things went that way; nothing signed in or said."""

    def act(page: Page) -> None:
        request = RequestFactory().get(page.url)
        request.user = AnonymousUser()
        body = render_to_string(template, context, request)
        address = f"{page.url.rstrip('/')}/{template}"
        page.route(address, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        page.goto(address)

    return act


FILLED = {"question", "results"}
"""Panels with nothing in them until a script has filled them: they are met by playing."""


def panels(template: str) -> list[str]:
    """The other panels of a template of the player, in its order."""
    found = (settings.BASE_DIR / "templates" / template).read_text()
    for included in re.findall(r'{% include "(exams/[^"]*)"', found):
        found += (settings.BASE_DIR / "templates" / included).read_text()
    return [name for name in dict.fromkeys(re.findall(r'data-screen="([\w-]+)"', found)) if name not in FILLED]


# --- The catalogue --------------------------------------------------------------------------------------------------


def bare(world: World) -> Iterator[Screen]:
    """The platform on its first day."""
    # Not the addresses that the same pages have later: the browser may keep public pages.
    yield Screen("anonymous", "preparation", EMPTY, "/preparation/assr1/?vide")
    yield Screen("anonymous", "practice", EMPTY, "/preparation/assr1/entrainement/?vide")
    yield Screen("anonymous", "self_test", EMPTY, "/preparation/assr1/test/?vide")
    national = world.users["national"]
    for name in ("index", "bank_coverage", *(f"{table}_changelist" for table in TABLES)):
        yield Screen("national", name, EMPTY, reverse(f"admin:{name}"), national)
    yield Screen("national", "academy_figures", EMPTY, reverse("academy_figures"), national)


def catalogue(world: World) -> Iterator[Screen]:
    """Every screen of a platform in use."""
    yield from _anonymous(world)
    yield from _candidate(world)
    for state, school in world.schools.items():
        yield from _staff("supervisor", state, school)
        yield from _staff("head", state, school)
        yield from _head(state, school)
    yield from _mistakes(world)
    yield from _others(world)
    yield from _academy(world)
    yield from _national(world)


def _pages(role: str, state: str, who, names: Iterable[str], *args) -> Iterator[Screen]:
    for name in names:
        yield Screen(role, name, state, reverse(name, args=args), who)


def _anonymous(world: World) -> Iterator[Screen]:
    def page(name, state=NORMAL, act=None, args=(), path=None):
        return Screen("anonymous", name, state, path or reverse(name, args=args), None, act)

    yield page("landing")
    yield page("preparation", args=["assr1"])
    yield page("preparation", "AER", args=["aer"])
    for name, template in (("practice", "practice"), ("self_test", "self_test")):
        yield page(name, args=["assr1"])
        for panel in panels("exams/public/player.html") + panels(f"exams/public/{template}.html"):
            yield page(name, panel, shows(panel), ["assr1"])
    for name in ("site_map", "accessibility", "legal_notices", "personal_data", "personal_data_for_pupils", "cookies"):
        yield page(name)
    yield page("guide_index")
    yield page("guide_chapter", args=["candidat", "passer-l-epreuve"])
    yield page("guide_search", EMPTY)
    yield page("guide_search", NORMAL, path=f"{reverse('guide_search')}?q=tiers-temps")
    yield page("guide_search", "rien", path=f"{reverse('guide_search')}?q=zzz")
    yield page("exam_number")
    yield page("exam_number", WRONG, sends(number="00000000"))
    yield page("verification")
    yield page("account_login")
    yield page("account_login", WRONG, sends(login="nobody@example.org", password="faux"))
    yield page("account_signup")
    yield page("account_signup", WRONG, sends())
    yield page("sign_up_sent")
    authorised = world.rows["authorisedestablishment"]
    known = identity_key(authorised.identifier_kind, authorised.identifier, authorised.category)
    unknown = identity_key("UAI", "0759999Z", "EN")
    yield page("sign_up_form", args=[known])
    yield page("sign_up_form", WRONG, sends(name="", password="court"), [known])
    yield page("sign_up_confirm", args=[world.sign_up.pk])
    yield page("sign_up_confirm", WRONG, sends(password="faux"), [world.sign_up.pk])
    yield page("sign_up_confirm", "trop tard", args=["00000000-0000-0000-0000-000000000001"])
    yield page("account_request", args=[unknown])
    yield page("account_request", WRONG, sends(), [unknown])
    for name in (
        "account_request_sent",
        "account_inactive",
        "account_email_verification_sent",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        yield page(name)
    yield page("account_reset_password")
    yield page("account_reset_password", WRONG, sends(email="pas-une-adresse"))
    yield page("account_confirm_email", "lien périmé", path="/compte/validation/abc/")
    yield page("account_reset_password_from_key", "lien périmé", path="/mot-de-passe/oublie/zzz-b-c/")
    user = world.users["national"]
    second = sends(login=user.username, password=PASSWORD)
    yield page("mfa_authenticate", NORMAL, second, path="/login")
    yield page("mfa_authenticate", WRONG, one_after_another(second, sends(code="000000")), path="/login")
    callback = "establishments/academic"
    yield page("academic_callback", "refusé", answers_with(f"{callback}/refused.html"), path="/login")
    yield page("academic_callback", "en panne", answers_with(f"{callback}/refused.html", away=True), path="/login")
    for state, access in {
        "aucun droit": {},
        "non habilité": {"unknown": ["0759999Z"]},
        "pas encore ouvert": {"unopened": ["0759999Z"]},
    }.items():
        yield page("academic_callback", state, answers_with(f"{callback}/no_right.html", access=access), path="/login")
    exam = world.schools[NORMAL].exams["en cours"]
    for reason in ("unverified", "away", "parent", "not_pupil", "not_found"):
        refused = answers_with("exams/candidate/educonnect_refused.html", exam=exam, reason=reason)
        yield page("educonnect_callback", reason, refused, path="/examen/")
    yield page("404", WRONG, path="/nulle-part/")
    for code in ("403", "403_csrf", "429", "500", "503"):
        yield page(code, WRONG, answers_with(f"{code}.html"), path="/login")


def _candidate(world: World) -> Iterator[Screen]:
    school = world.schools[NORMAL]

    def page(name, state, who, act=None):
        return Screen("candidate", name, state, reverse(name), who, act)

    waiting = school.sitting("en cours", SittingState.NOT_STARTED)
    running = school.sitting("en cours", SittingState.RUNNING)
    closed = school.sitting("en cours", SittingState.CLOSED)
    corrected = school.sitting("terminée", SittingState.CLOSED)
    yield page("exam_code", NORMAL, waiting)
    yield page("exam_code", WRONG, waiting, sends(code="AAAA AAAA"))
    yield page("exam_identity", NORMAL, waiting)
    yield page("exam_identity", "commencée", running)
    yield page("exam_identity", "à venir", school.exams["à venir"].sittings.first())
    yield page("exam_identity", "absent", school.sitting("terminée", SittingState.NOT_STARTED))
    yield page("exam_identity", "absence technique", school.sitting("en cours", SittingState.VOID))
    for panel in panels("exams/candidate/player.html"):
        yield page("exam_player", panel, waiting, shows(panel))
    yield page(
        "exam_player", "question en cours", school.exams["entraînement"].sittings.first(), _to_the_first_question
    )
    yield page("exam_result", "pas encore", closed)
    yield page("exam_result", NORMAL, corrected)


def _to_the_first_question(page: Page) -> None:
    last = page.get_by_role("button", name="Démarrer", exact=True)
    following = page.get_by_role("button", name="Suivant", exact=True)
    while following.or_(last).inner_text() != "Démarrer":
        following.click()
    last.click()
    page.get_by_role("button", name="Commencer l'épreuve", exact=True).click()
    page.locator("[data-answering]").wait_for(timeout=60_000)


def _staff(role: str, state: str, school: School) -> Iterator[Screen]:
    """What a supervisor sees as well; each on the empty, the ordinary and the huge exam."""
    who = getattr(school, role)
    yield from _pages(role, state, who, ["exam_list", "help"])
    for exam_state, exam in school.exams.items():
        label = f"{state}, {exam_state}"
        yield from _pages(role, label, who, ["exam_detail"], exam.pk)
        if exam_state in ("en cours", "terminée", "sans candidat"):
            yield from _pages(role, label, who, ["exam_codes", "exam_presence", "exam_restoration"], exam.pk)
        if exam_state in ("en cours", "à venir"):
            yield from _pages(role, label, who, ["exam_checklist", "room_check"], exam.pk)
        if exam_state == "en cours":
            yield from _pages(role, label, who, ["exam_room"], exam.pk)
            yield Screen(
                role,
                "exam_detail",
                f"{label}, résultats",
                f"{reverse('exam_detail', args=[exam.pk])}?vue=resultats",
                who,
            )
            for sitting_state in (SittingState.RUNNING, SittingState.NOT_STARTED, SittingState.VOID):
                if sitting := school.sitting(exam_state, sitting_state):
                    shown = f"{label}, {sitting_state.label.lower()}"
                    yield from _pages(role, shown, who, ["sitting_history"], sitting.pk)
            yield from _pages(role, label, who, ["sitting_void"], school.sitting(exam_state, SittingState.RUNNING).pk)
        if exam_state == "terminée":
            yield from _pages(role, label, who, ["exam_video_correction"], exam.pk)
        if exam_state in ("sans internet", "à venir"):
            yield from _pages(role, label, who, ["exam_film"], exam.pk)
    if state == HUGE:
        yield from _pages(role, state, who, ["exam_attendance_sheet"], school.exams["terminée"].pk)


def _head(state: str, school: School) -> Iterator[Screen]:
    who = school.head
    yield from _pages(
        "head",
        state,
        who,
        [
            "home",
            "candidate_list",
            "candidate_add",
            "candidate_import",
            "candidate_delete_all",
            "exam_create",
            "all_attestations",
            "archive",
            "statistics",
            "job_list",
            "siecle_export",
        ],
    )
    if state == EMPTY:
        return
    yield from _pages("head", state, who, ["candidate_edit", "candidate_delete"], school.candidate.pk)
    for draft_state, draft in school.drafts.items():
        yield from _pages("head", f"{state}, {draft_state}", who, ["candidate_import_preview"], draft.pk)
    over = school.exams["terminée"]
    yield from _pages("head", state, who, ["exam_statistics", "exam_attestations", "exam_delete"], over.pk)
    yield from _pages("head", f"{state}, à venir", who, ["exam_edit", "exam_delete"], school.exams["à venir"].pk)
    yield Screen(
        "head",
        "exam_edit",
        f"{state}, candidats",
        reverse("exam_edit", args=[school.exams["à venir"].pk]),
        who,
        sends(press="Choisir les candidats"),
    )
    yield Screen(
        "head",
        "exam_statistics",
        f"{state}, sans résultat",
        reverse("exam_statistics", args=[school.exams["à venir"].pk]),
        who,
    )
    yield from _pages("head", state, who, ["sitting_detail"], school.sitting("terminée", SittingState.CLOSED).pk)
    chosen = f"[name=candidates][value='{school.candidate.pk}']"
    yield Screen(
        "head",
        "candidate_selection",
        f"{state}, suppression",
        reverse("candidate_list"),
        who,
        _deletes_selection(chosen),
    )
    if state != NORMAL:
        return
    yield from _pages(
        "head",
        state,
        who,
        [
            "account",
            "supervisor_account",
            "supervisor_account_close",
            "account_change_password",
            "regulatory_faq",
            "components",
            "account_reauthenticate",
            "mfa_index",
            "mfa_activate_totp",
            "siecle_import",
        ],
    )
    interrupted = school.sitting("terminée", SittingState.RUNNING).pk
    yield from _pages("head", f"{state}, interrompue", who, ["sitting_history", "sitting_grade"], interrupted)
    admitted = next(s for s in over.sittings.filter(state="closed", mark__gte=10).order_by("pk"))
    yield from _pages("head", state, who, ["candidate_duplicate"], admitted.candidate_id)
    yield from _pages("head", state, who, ["exam_marks"], school.exams["sans internet"].pk)
    yield from _pages("head", state, who, ["sitting_answers"], school.exams["sans internet"].sittings.first().pk)
    yield from _pages("head", state, who, ["siecle_export_detail"], school.export.pk)
    for job_state, job in school.jobs.items():
        name = "siecle_wait" if job_state == "siecle" else "job"
        yield from _pages("head", f"{state}, {job_state}", who, [name], job.pk)
    yield Screen("head", "candidate_list", "menu", reverse("candidate_list"), who, opens("..."))
    yield Screen("head", "home", "menu du compte", reverse("home"), who, opens(school.establishment.name))


def _deletes_selection(chosen: str) -> Act:
    def act(page: Page) -> None:
        page.locator(chosen).first.check(force=True)
        page.get_by_label("Pour les candidats sélectionnés").select_option("supprimer")
        with page.expect_navigation():
            page.get_by_role("button", name="Appliquer", exact=True).click()

    return act


def _mistakes(world: World) -> Iterator[Screen]:
    """Forms sent back with what is wrong in them, and pages that are not there, or not for this role."""
    school = world.schools[NORMAL]
    head, supervisor = school.head, school.supervisor
    tomorrow = timezone.localtime() + timedelta(days=1)

    def page(name, act, *args, who=head, role="head", state=WRONG):
        return Screen(role, name, state, reverse(name, args=args), who, act)

    yield page("candidate_add", sends(last_name="", birth_date="31/02/2012"))
    yield page("candidate_edit", sends(last_name="", birth_date="demain"), school.candidate.pk)
    yield page("candidate_import", sends())
    yield page("exam_create", sends(name="", starts_at="31/02/2026 10:00"))
    yield page(
        "exam_create",
        one_after_another(
            sends(press="Choisir les candidats", name="Examen", starts_at=f"{tomorrow:%Y-%m-%d}T10:00"),
            sends(press="Générer l'épreuve"),
        ),
        state="sans candidat",
    )
    yield page("exam_delete", sends(), school.exams["terminée"].pk)
    paper = school.exams["sans internet"]
    yield page("exam_marks", _types_a_wrong_mark, paper.pk)
    yield page("exam_room", sends("main form:has([name=category])"), school.exams["en cours"].pk)
    yield page("exam_restoration", sends(), school.exams["terminée"].pk)
    running = school.sitting("en cours", SittingState.RUNNING)
    yield page("sitting_void", sends(), running.pk)
    yield page("supervisor_account", sends(password1="court", password2="long"))
    yield page("account_change_password", sends(oldpassword="faux", password1="court", password2="long"))
    yield page("account_reauthenticate", sends(password="faux"))
    yield page("siecle_import", sends())
    yield page(
        "candidate_list",
        lambda page: page.goto(page.url.split("?")[0] + "?resultat=Aucun&classe=&q=zzzz"),
        state="rien trouvé",
    )
    for role, who in (("head", head), ("supervisor", supervisor)):
        yield Screen(role, "404", WRONG, "/epreuves/987654321/", who)
    yield Screen("supervisor", "403", WRONG, reverse("candidate_list"), supervisor)


def _types_a_wrong_mark(page: Page) -> None:
    page.locator("main form input[type=text]").first.fill("25")
    sends()(page)


def _others(world: World) -> Iterator[Screen]:
    users = world.users
    yield from _pages("head", "deux établissements", users["of two schools"], ["choose_establishment"])
    yield Screen(
        "head", "choose_establishment", WRONG, reverse("choose_establishment"), users["of two schools"], sends()
    )
    yield from _pages("supervisor", "délégation finie", users["former delegate"], ["home"])
    yield from _pages(
        "head",
        "protégé",
        users["protected"],
        [
            "mfa_index",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_reauthenticate",
        ],
    )


# --- Django's administration -----------------------------------------------------------------------------------------

TABLES = {
    "establishments_establishment": "establishment",
    "establishments_accountrequest": "accountrequest",
    "establishments_authorisedestablishment": "authorisedestablishment",
    "establishments_user": "user",
    "establishments_signin": "signin",
    "establishments_sessiondates": "sessiondates",
    "establishments_news": "news",
    "establishments_faqentry": "faqentry",
    "establishments_resource": "resource",
    "establishments_contact": "contact",
    "admin_logentry": "logentry",
    "exams_question": "question",
    "candidates_candidate": "candidate",
}
"""Tables of the administration → the row of the world that is looked at."""


def _in_admin(role: str, state: str, who, name: str, *args, act: Act | None = None, query: str = "") -> Screen:
    return Screen(role, name, state, reverse(f"admin:{name}", args=args) + query, who, act)


def _academy(world: World) -> Iterator[Screen]:
    for state, key in ((EMPTY, "empty academy"), (NORMAL, "academy"), (HUGE, "huge academy")):
        who = world.users[key]
        for name in ("index", "establishments_establishment_changelist", "establishments_accountrequest_changelist"):
            yield _in_admin("academy", state, who, name)
        yield Screen("academy", "academy_figures", state, reverse("academy_figures"), who)
    who = world.users["academy"]
    request = world.rows["accountrequest"]
    for table in ("establishments_establishment", "establishments_accountrequest"):
        row = world.rows[TABLES[table]]
        yield _in_admin("academy", NORMAL, who, f"{table}_change", row.pk)
        yield _in_admin("academy", NORMAL, who, f"{table}_history", row.pk)
    yield _in_admin("academy", NORMAL, who, "account_request_accept", request.pk)
    yield _in_admin("academy", NORMAL, who, "account_request_refuse", request.pk)
    yield _in_admin(
        "academy", WRONG, who, "account_request_refuse", request.pk, act=sends("#content form[method=post]")
    )
    yield _in_admin("academy", "deuxième facteur à activer", world.users["unproved"], "index")
    yield Screen("academy", "mfa_index", NORMAL, reverse("mfa_index"), who)
    yield Screen("academy", "404", WRONG, "/administration/nulle-part/", who)


def _national(world: World) -> Iterator[Screen]:
    who = world.users["national"]
    wrong = sends("#content form[method=post]", press="Enregistrer")
    yield _in_admin("national", NORMAL, who, "index")
    yield Screen("national", "app_list", NORMAL, "/administration/establishments/", who)
    yield Screen("national", "academy_figures", NORMAL, reverse("academy_figures"), who)
    school = world.schools[NORMAL].establishment.pk
    for table, model in TABLES.items():
        row = world.rows[model]
        of_one = f"?establishment__id__exact={school}" if model == "candidate" else ""
        yield _in_admin("national", NORMAL, who, f"{table}_changelist", query=of_one)
        yield _in_admin("national", NORMAL, who, f"{table}_change", row.pk)
        yield _in_admin("national", NORMAL, who, f"{table}_history", row.pk)
        if f"{table}_add" not in NOT_SCREENS:
            yield _in_admin("national", NORMAL, who, f"{table}_add")
            yield _in_admin("national", WRONG, who, f"{table}_add", act=wrong)
        if f"{table}_delete" not in NOT_SCREENS:
            deletable = world.rows["draft"] if model == "question" else row
            yield _in_admin("national", NORMAL, who, f"{table}_delete", deletable.pk)
    yield _in_admin("national", "sans établissement", who, "candidates_candidate_changelist")
    of_one = f"?establishment__id__exact={school}"
    yield _in_admin("national", NORMAL, who, "candidates_candidate_import", query=of_one)
    yield _in_admin("national", NORMAL, who, "candidates_candidate_export", query=of_one)
    for name in (
        "authorised_load_directory",
        "authorised_load_finess",
        "bank_coverage",
        "bank_import",
        "password_change",
        "password_change_done",
    ):
        yield _in_admin("national", NORMAL, who, name)
    yield _in_admin("national", NORMAL, who, "bank_import_preview", world.rows["bankimport"].pk)
    question = world.rows["question"].pk
    for name in (
        "question_preview",
        "question_preview_aer",
        "question_publish",
        "question_retire",
        "question_neutralise",
    ):
        yield _in_admin("national", NORMAL, who, name, question)
    yield _in_admin("national", NORMAL, who, "auth_user_password_change", world.rows["user"].pk)


# --- In parts --------------------------------------------------------------------------------------------------------


def is_passed_over(screen: Screen) -> bool:
    """What the tests leave to `make screens`: pages that differ by the number of lines from one they look at, or by
    the buttons that a supervisor does not have, or by the table that a history is of."""
    same = screen.state.startswith(HUGE) or (screen.name.startswith("establishments_") and "_history" in screen.name)
    return same or (screen.role == "supervisor" and screen.name not in ("exam_list", "exam_detail", "home", "403"))


PARTS: dict[str, Callable[[Screen], bool]] = {
    "without an account": lambda screen: screen.role in ("anonymous", "candidate"),
    "head": lambda screen: screen.role == "head" and screen.state.startswith(NORMAL),
    "head, supervisor, academy": lambda screen: (
        screen.role in ("supervisor", "academy") or (screen.role == "head" and not screen.state.startswith(NORMAL))
    ),
    "national": lambda screen: screen.role == "national",
}
"""The catalogue cut up for those who look at all of it: each screen is in one part, and each part has as many."""


# --- Who looks -------------------------------------------------------------------------------------------------------


def cookies(who: User | Sitting | None, address: str) -> list[dict]:
    """What the browser of an account, or of a candidate, holds."""
    if who is None:
        return []
    if isinstance(who, Sitting):
        values = {
            EXAM_COOKIE: signing.dumps(who.exam.number, salt=EXAM_COOKIE),
            SITTING_COOKIE: signing.dumps(str(who.pk), salt=SITTING_COOKIE),
        }
        return [{"name": name, "value": value, "url": f"{address}/examen/"} for name, value in values.items()]
    client = Client()
    client.force_login(who)
    session = client.session
    proof = {"method": "mfa", "type": "totp"} if who.is_staff else {"method": "password"}
    # Given just now, and still so when a slow machine comes to the page that asks for it again.
    proof |= {"at": timezone.now().timestamp() + 86_400, "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(who.pk)
    session.save()
    return [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}]
