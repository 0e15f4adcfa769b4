"""The pages that the law asks for: on every footer, true of the code, and without a trace of who reads them."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.urls import reverse
from django.utils import timezone

from esr.core.legal import read_legal
from establishments.pages import SITE
from exams import auth
from tests.conftest import StrictClient
from tests.core.test_legal import AUDIT
from tests.factories import ExamFactory, SittingFactory
from tests.test_rights import patterns

PAGES = ("site_map", "accessibility", "legal_notices", "personal_data", "personal_data_for_pupils", "cookies")
FOOTER = ("site_map", "accessibility", "legal_notices", "personal_data", "cookies")


def text_of(response) -> str:
    """The words of the page's main part, one space between them."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


@pytest.fixture
def audited(settings):
    """Two weeks after the audit."""

    def set_rate(rate: float):
        day = timezone.localdate() - timedelta(days=14)
        settings.LEGAL = read_legal(AUDIT.replace("71.4", str(rate)).replace("2026-05-31", day.isoformat()))

    return set_rate


@pytest.fixture
def named(settings):
    settings.LEGAL = read_legal((settings.BASE_DIR / "docs" / "legal.toml").read_text())


# --- Where they are -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_anyone_reads_them_and_nothing_is_set(client, db, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse(name))
    assert response.status_code == 200
    assert response.cookies == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_schools_people_keep_their_tabs(head_client, name):
    page = head_client.get(reverse(name)).content.decode()
    assert "Liste des candidats" in page
    assert page.count("<h1") == 1


def footer_links(response) -> set[str]:
    html = response.content.decode()
    return set(re.findall(r'href="([^"]+)"', html[html.index("<footer") :]))


def test_every_layout_links_them(client, head_client, admin_client, db):
    wanted = {reverse(name) for name in FOOTER}
    seen = [
        client.get(reverse("landing")),
        client.get(reverse("account_login")),
        client.get(reverse("exam_number")),
        client.get("/nulle-part/"),
        head_client.get(reverse("home")),
        admin_client.get(reverse("admin:index")),
    ]
    for response in seen:
        assert wanted <= footer_links(response), response.wsgi_request.path


def test_a_candidate_who_is_sitting_an_exam_has_nowhere_else_to_go(db):
    exam = SittingFactory(exam=ExamFactory(exam_questions__count=20)).exam
    running = SittingFactory(exam=exam, state="running", epoch=1, started_at=timezone.now())
    client = StrictClient()
    client.post(reverse("exam_number"), {"number": exam.number})
    client.post(reverse("exam_code"), {"code": running.access_code})
    assert "<footer" in client.get(reverse("exam_identity")).content.decode()
    assert "<footer" not in client.get(reverse("exam_player")).content.decode()


# --- Plan du site -------------------------------------------------------------------------------------------------

# Addresses without an argument that are no page to arrive at: answers to a click, files, doors of other services.
NOT_PAGES = {
    "account_logout", "account_inactive", "account_email_verification_sent", "account_reauthenticate",
    "account_request_sent", "account_reset_password_done", "account_reset_password_from_key_done", "sign_up_sent",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "academic_login", "academic_callback", "educonnect_login", "educonnect_callback",
    "supervisor_account_close", "candidate_selection", "candidate_delete_all", "candidate_template",
    "exam_code", "exam_identity", "exam_player", "exam_result", "exam_leave", "sitting_start", "own_correction_pdf",
    "attestation_model", "public_keys", "health", "alive", "ready", "figures", "components",
}  # fmt: skip


def test_every_page_is_on_the_plan_or_is_no_page_to_arrive_at():
    names = {name for route, name, _ in patterns() if "<" not in route and not route.startswith("administration/")}
    names.add("academy_figures")
    shown = {link.name for links in SITE.values() for link in links if not link.args}
    assert names - shown == NOT_PAGES
    assert shown - names == set()


def plan(client) -> list[str]:
    html = client.get(reverse("site_map")).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.findall(r'class="fr-link" href="([^"]+)"', main)


def test_each_person_finds_what_they_may_open_and_only_that(
    client, head_client, supervisor_client, admin_client, establishment
):
    everything = {reverse(link.name, args=link.args) for links in SITE.values() for link in links}
    plans = {}
    for role, someone in (
        ("anyone", client), ("head", head_client), ("supervisor", supervisor_client), ("administrator", admin_client),
    ):  # fmt: skip
        plans[role] = plan(someone)
        assert len(plans[role]) == len(set(plans[role]))
        for url in plans[role]:
            assert someone.get(url).status_code in (200, 302, 404), (role, url)
        for url in everything - set(plans[role]):
            response = someone.get(url)
            assert response.status_code in (302, 403), (role, url)
    assert reverse("candidate_list") in plans["head"]
    assert reverse("candidate_list") not in plans["supervisor"]
    assert reverse("exam_list") in plans["supervisor"]
    assert reverse("exam_list") not in plans["anyone"]
    assert "/administration/establishments/establishment/" in plans["administrator"]


# --- Accessibilité ------------------------------------------------------------------------------------------------

PARTS = (
    "Déclaration d’accessibilité", "État de conformité", "Résultats des tests", "Contenus non accessibles",
    "Établissement de cette déclaration", "Retour d’information et contact", "Voies de recours",
)  # fmt: skip


def test_without_an_audit_the_statement_says_non_conforme(client, db):
    text = text_of(client.get(reverse("accessibility")))
    places = [text.index(part) for part in PARTS]
    assert places == sorted(places)
    assert "est non conforme avec le référentiel" in text
    assert "Aucun audit indépendant n’a encore été réalisé" in text
    assert "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07" in text


@pytest.mark.parametrize(
    ("rate", "state", "said"),
    [
        (12.5, "non conforme", "12,5 %"),
        (71.4, "partiellement conforme", "71,4 %"),
        (100, "totalement conforme", "100 %"),
    ],
)
def test_the_audit_decides_the_statement_and_every_footer(client, db, audited, rate, state, said):
    audited(rate)
    text = text_of(client.get(reverse("accessibility")))
    assert f"est {state} avec le référentiel" in text
    assert said in text
    assert "Une image sans texte." in text
    assert f"Accessibilité : {state}<" in client.get(reverse("exam_number")).content.decode()


def test_an_audit_of_more_than_three_years_is_worth_nothing(client, db, settings):
    settings.LEGAL = read_legal(AUDIT.replace("2026-05-31", "2019-05-31"))
    text = text_of(client.get(reverse("accessibility")))
    assert "est non conforme" in text
    assert "terminé le 31 mai 2019, a plus de trois ans" in text
    assert "71,4" not in text


# --- Mentions légales, données personnelles -----------------------------------------------------------------------


def test_what_the_operator_has_not_said_is_seen(client, db):
    assert text_of(client.get(reverse("legal_notices"))).count("à compléter par l’exploitant") == 7
    assert text_of(client.get(reverse("personal_data"))).count("à compléter par l’exploitant") == 5


@pytest.mark.usefixtures("named")
def test_what_the_operator_says_is_shown(client, db, settings):
    legal = settings.LEGAL
    notices = text_of(client.get(reverse("legal_notices")))
    for said in (*vars(legal.publisher).values(), *vars(legal.host).values()):
        assert said in notices
    data = text_of(client.get(reverse("personal_data")))
    for said in vars(legal.data_protection).values():
        assert said in data or said.capitalize() in data
    assert legal.data_protection.officer_email in text_of(client.get(reverse("personal_data_for_pupils")))
    for name in PAGES:
        assert "à compléter" not in text_of(client.get(reverse(name)))


def test_the_pupils_version_is_short_and_plain(client, db):
    text = text_of(client.get(reverse("personal_data_for_pupils")))
    words = text.split()
    sentences = [sentence for sentence in re.split(r"[.;:?!] ", text) if sentence]
    assert len(words) < 600
    assert len(words) / len(sentences) < 15
    for word in ("RGPD", "traitement", "finalité", "article", "mission d’intérêt public"):
        assert word not in text


# --- Cookies ------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(client, db) -> dict[str, str]:
    """Name of a cookie → its row's words, as the page lists them."""
    html = client.get(reverse("cookies")).content.decode()
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    return {re.search(r"<code>([^<]+)</code>", row).group(1): row for row in table.split("</tr>") if "<code>" in row}


def test_the_list_of_cookies_is_what_the_platform_sets(listed, head_client, establishment):
    met = {}

    def meets(response):
        met.update({name: morsel for name, morsel in response.cookies.items() if morsel.value})
        return response

    exam = SittingFactory(exam=ExamFactory(exam_questions__count=20)).exam
    code = exam.sittings.first().access_code
    pupil = StrictClient()
    meets(pupil.get(reverse("exam_number")))
    meets(pupil.post(reverse("exam_number"), {"number": "000000"}))
    meets(pupil.post(reverse("exam_number"), {"number": exam.number}))
    meets(pupil.post(reverse("exam_code"), {"code": "AAAAAAAA" if code != "AAAAAAAA" else "BBBBBBBB"}))
    meets(pupil.post(reverse("exam_code"), {"code": code}))
    met.update(head_client.cookies)
    request = meets(head_client.get(reverse("candidate_list"))).wsgi_request
    storage, answer = CookieStorage(request), type(pupil.get("/"))()
    storage._queued_messages.append(Message(constants.SUCCESS, "Enregistré."))
    storage.added_new = True
    storage.update(answer)
    met.update(answer.cookies)
    assert set(met) == set(listed)
    for name, morsel in met.items():
        hours = (morsel["max-age"] or 0) / 3600
        assert hours in (0, 12)
        assert ("12 heures" in listed[name]) == (hours == 12 or name == "sessionid"), name


def test_nothing_else_in_the_code_sets_a_cookie(settings, listed):
    """One function sets them, with names that are all on the page."""
    apps = ("esr", "establishments", "candidates", "exams", "certificates", "stats")
    sources = {path: path.read_text() for app in apps for path in (settings.BASE_DIR / app).rglob("*.py")}
    setters = re.compile(r"\.set_(signed_)?cookie\(|\.cookies\[")
    assert [
        path.relative_to(settings.BASE_DIR).as_posix() for path, text in sources.items() if setters.search(text)
    ] == ["exams/auth.py"]
    named = {value for name, value in vars(auth).items() if name.isupper() and str(value).startswith("esr_")}
    assert named == {name for name in listed if name.startswith("esr_")}
    scripts = "".join(path.read_text() for path in (settings.BASE_DIR / "static" / "js").rglob("*.js"))
    assert "document.cookie" not in scripts


def test_the_list_of_what_browsers_keep_is_whole(client, db, settings):
    """Each store that a script opens has its row: a new one fails here."""
    scripts = {path.name: path.read_text() for path in (settings.BASE_DIR / "static" / "js").rglob("*.js")}
    stores = re.compile(r"(?<![.\w])(localStorage|sessionStorage|indexedDB|caches)\.")
    used = {(name, store) for name, text in scripts.items() for store in stores.findall(text)}
    assert used == {
        ("theme.js", "localStorage"),
        ("memory.js", "sessionStorage"),
        ("store.js", "indexedDB"),
        ("comfort.js", "sessionStorage"),
    }
    page = client.get(reverse("cookies")).content.decode()
    for name in ("sitting-…", "questions-met", "comfort", "scheme"):
        assert f"<code>{name}</code>" in page
    assert "`sitting-${sitting}`" in scripts["store.js"]
    assert '"questions-met"' in scripts["memory.js"]
    assert '"comfort"' in scripts["comfort.js"]
    assert "`${data.attestation}-${data.name}`" in scripts["public.js"]
