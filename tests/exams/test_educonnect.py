"""ÉduConnect for candidates (P1): the right sitting or none, and no account, no session behind them."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from esr.ops.mock_provider import Someone
from establishments.claims import Pupil
from establishments.models import Identity, User
from exams import queries, rules
from exams.models import Exam
from tests import mock_provider
from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory
from tests.mock_provider import clicks, leaves, returns

START = "/examen/educonnect/"
UAI, INE = "0750655E", "130564139AC"


@pytest.fixture
def people():
    return []


@pytest.fixture
def educonnect(settings, monkeypatch, people):
    with mock_provider.running("educonnect", settings, monkeypatch, people) as provider:
        yield provider


@pytest.fixture
def exam(establishment):
    return ExamFactory(establishment=establishment)


def candidate_of(exam, last_name="MARTIN", first_name="Lily", identifier=INE, **more):
    candidate = CandidateFactory(
        establishment=exam.establishment, last_name=last_name, first_name=first_name, identifier=identifier, **more
    )
    return SittingFactory(exam=exam, candidate=candidate)


@pytest.fixture
def sitting(exam):
    return candidate_of(exam)


def pupil(**more) -> dict:
    return {
        "FrEduCtPersonAffiliation": ["eleve2d"],
        "FrEduCtEleveINE": INE,
        "FrEduCtEleveUAI": UAI,
        "given_name": "Lily",
        "family_name": "MARTIN",
    } | more


@pytest.fixture
def enter(educonnect, people, exam):
    """Somebody types the exam's number and comes in by ÉduConnect with these claims."""

    def enter(browser=None, **claims):
        people[:] = [Someone("Quelqu’un", "sujet-eleve", claims)]
        browser = browser or Client()
        browser.post("/examen/", {"number": exam.number}, headers={"host": "localhost"})
        return browser, returns(browser, clicks(leaves(browser, START), "sujet-eleve"))

    return enter


def assert_out(browser, response, title: str):
    assert response.status_code == 403
    assert title in response.content.decode()
    assert 'href="/examen/connexion/"' in response.content.decode()
    assert "esr_candidat" not in browser.cookies
    assert Session.objects.count() == User.objects.count() == Identity.objects.count() == 0


def test_a_pupil_comes_in_without_leaving_anything_behind(enter, sitting):
    browser, response = enter(**pupil())
    assert response["Location"] == "/examen/identite/"
    assert Session.objects.count() == User.objects.count() == Identity.objects.count() == 0
    assert not browser.cookies["sessionid"].value
    page = browser.get("/examen/identite/").content.decode()
    assert "Est-ce bien vous\u00a0?" in page
    assert "MARTIN" in page


def test_wrong_codes_do_not_close_this_door(enter, exam, sitting):
    """An exam that is watched, at a computer that has to wait: ÉduConnect vouches for the pupil all the same (P19)."""
    browser = Client()
    browser.post("/examen/", {"number": exam.number})
    for _ in range(rules.CODE_TRIES.tries):
        browser.post("/examen/connexion/", {"code": "WRONG"})
    Exam.objects.update(wrong_codes=rules.wrong_codes_allowed(1))
    assert "Trop d’essais" in browser.post("/examen/connexion/", {"code": sitting.access_code}).content.decode()
    _, response = enter(browser, **pupil())
    assert response["Location"] == "/examen/identite/"


def test_whoever_has_finished_goes_to_the_result(enter, exam):
    candidate = CandidateFactory(establishment=exam.establishment, identifier=INE)
    SittingFactory(exam=exam, candidate=candidate, closed=True)
    _, response = enter(**pupil())
    assert response["Location"] == "/examen/resultat/"


@pytest.mark.parametrize(
    ("affiliations", "title"),
    [
        (["resp2d"], "Ce compte est celui d’un parent"),
        ("resp1d", "Ce compte est celui d’un parent"),
        (["eleve1d"], "Ce compte n’est pas celui d’un élève"),
        ([], "Ce compte n’est pas celui d’un élève"),
        (None, "Ce compte n’est pas celui d’un élève"),
    ],
)
def test_others_stay_out(enter, sitting, affiliations, title):
    """A parent's account names the child's INE too: it is the affiliation that decides."""
    browser, response = enter(**pupil(FrEduCtPersonAffiliation=affiliations))
    assert_out(browser, response, title)


def test_a_pupil_of_no_sitting_is_told_what_to_do(enter, sitting):
    browser, response = enter(**pupil(FrEduCtEleveINE="999999999ZZ"))
    assert_out(browser, response, "Vous n’êtes pas sur la liste de cette épreuve")
    assert "appelez la personne qui surveille" in response.content.decode()


def test_a_pupil_of_another_exam_stays_out(enter, exam, other_establishment):
    candidate_of(ExamFactory(establishment=other_establishment))
    candidate_of(ExamFactory(establishment=exam.establishment))
    browser, response = enter(**pupil())
    assert_out(browser, response, "Vous n’êtes pas sur la liste de cette épreuve")


def test_a_forged_token_stays_out(enter, educonnect, sitting):
    honest = educonnect.payload
    educonnect.payload = lambda grant: honest(grant) | {"aud": "autre"}
    browser, response = enter(**pupil())
    assert_out(browser, response, "Votre compte n’a pas pu être vérifié")


def test_a_state_of_the_academic_door_is_refused(enter, sitting, settings, monkeypatch):
    someone = Someone("Quelqu’un", "sujet-eleve", pupil())
    with mock_provider.running("academic", settings, monkeypatch, [someone]):
        browser = Client()
        back = clicks(leaves(browser, "/connexion/academique/"), "sujet-eleve")
        response = returns(browser, "/examen/educonnect/retour/?" + back.partition("?")[2])
    assert response.status_code == 403
    assert "esr_candidat" not in browser.cookies


def test_the_way_back_serves_once(enter, educonnect, people, exam, sitting):
    people[:] = [Someone("Quelqu’un", "sujet-eleve", pupil())]
    browser = Client()
    browser.post("/examen/", {"number": exam.number}, headers={"host": "localhost"})
    back = clicks(leaves(browser, START), "sujet-eleve")
    assert returns(browser, back).status_code == 302
    assert returns(browser, back).status_code == 403


def test_staff_who_show_how_it_works_stay_signed_in(enter, sitting, establishment):
    browser = Client()
    browser.force_login(MembershipFactory(establishment=establishment).user)
    _, response = enter(browser, **pupil())
    assert response["Location"] == "/examen/identite/"
    assert browser.get("/accueil/").status_code == 200
    assert "oidc_states" not in browser.session


def test_each_pupil_of_a_computer_signs_in_anew(educonnect, exam):
    browser = Client()
    browser.post("/examen/", {"number": exam.number}, headers={"host": "localhost"})
    assert "prompt=login" in leaves(browser, START)


def test_the_number_comes_first(client, educonnect, db):
    assert client.get(START)["Location"] == "/examen/"


def test_the_button_is_there_when_the_door_is_open(educonnect, client, exam):
    client.post("/examen/", {"number": exam.number})
    assert "Accéder avec un compte ÉduConnect" in client.get("/examen/connexion/").content.decode()


def test_no_button_without_a_provider(client, exam, settings):
    settings.IDENTITY_PROVIDERS = {}
    client.post("/examen/", {"number": exam.number})
    assert "ÉduConnect" not in client.get("/examen/connexion/").content.decode()


# --- Which candidate --------------------------------------------------------------------------------------------


def who(exam, ine=INE, uais=(UAI,), last_name="MARTIN", first_name="Lily"):
    return queries.sitting_of_pupil(exam, Pupil(ine, uais, last_name, first_name))


def test_the_ine_decides_whatever_the_names(exam, sitting):
    candidate_of(exam, identifier="ESR-22223333")  # of the same name
    assert who(exam, last_name="AUTRE", uais=()) == sitting


@pytest.mark.parametrize(
    ("last_name", "first_name"),
    [("Noël-Hervé", "Éloïse"), ("NOEL HERVE", "ELOISE"), ("noël hervé", "eloïse ")],
)
def test_without_an_ine_the_name_decides_in_this_school(exam, last_name, first_name):
    alone = candidate_of(exam, "NOËL-HERVÉ", "Éloïse", "ESR-22223333")
    candidate_of(exam)
    assert who(exam, "", last_name=last_name, first_name=first_name) == alone
    assert who(exam, INE[::-1], last_name=last_name, first_name=first_name) == alone


@pytest.mark.parametrize("uais", [(), ("0781977A",)])
def test_the_name_alone_is_not_enough(exam, uais):
    candidate_of(exam, identifier="ESR-22223333")
    assert who(exam, "", uais=uais) is None


def test_namesakes_are_not_told_apart(exam):
    candidate_of(exam, identifier="ESR-22223333")
    candidate_of(exam, identifier="ESR-22224444")
    assert who(exam, "") is None


def test_two_ines_are_two_persons(exam, sitting):
    """A namesake with an INE of their own is never taken for the pupil."""
    assert who(exam, "145582309FT") is None
    # When ÉduConnect knows no INE, the name may decide.
    assert who(exam, "") == sitting


@pytest.mark.parametrize("names", [("", ""), ("MARTIN", ""), ("", "Lily")])
def test_no_name_is_nobody(exam, names):
    candidate_of(exam, *names, identifier="ESR-22223333")
    assert who(exam, "", last_name=names[0], first_name=names[1]) is None


def test_one_query_whatever_the_size(exam, django_assert_num_queries):
    for number in range(3):
        candidate_of(exam, identifier=f"13056413{number}AC")
    with django_assert_num_queries(1):
        who(exam)


def test_while_educonnect_is_away_the_code_is_the_way_in(sitting, settings, enter):
    settings.IDENTITY_PROVIDERS["educonnect"]["OIDC_OP_TOKEN_ENDPOINT"] = "http://localhost:9/"
    _, response = enter(**pupil())
    assert response.status_code == 503
    page = response.content.decode()
    assert "ÉduConnect ne répond pas" in page
    assert 'href="/examen/connexion/"' in page
