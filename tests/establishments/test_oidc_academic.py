"""The academic door from end to end: rights follow what the hub says today, establishment by establishment."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from esr.ops.demo_people import delegation
from esr.ops.mock_provider import Someone
from establishments import actions
from establishments.enums import MembershipSource, Role
from establishments.models import (
    AuthorisedEstablishment,
    Establishment,
    Identity,
    Membership,
    SignIn,
    User,
)
from tests import mock_provider
from tests.conftest import StrictClient
from tests.factories import CandidateFactory, MembershipFactory
from tests.mock_provider import clicks, leaves, returns, signs_in

LOGIN = "/connexion/academique/"
OURS, OTHER, LISTED = "0750655E", "9740999T", "0781977A"
DAY = timedelta(days=1)


@pytest.fixture
def people():
    return []


@pytest.fixture
def academic(settings, monkeypatch, people):
    with mock_provider.running("academic", settings, monkeypatch, people) as provider:
        yield provider


@pytest.fixture
def enter(academic, people):
    """Somebody comes in by the academic hub with these claims; gives their browser and the answer."""

    def enter(subject="quelqu-un", browser=None, **claims):
        people[:] = [Someone("Quelqu’un", subject, claims)]
        browser = browser or Client()
        return browser, signs_in(browser, LOGIN, subject)

    return enter


@pytest.fixture
def listed(db):
    return AuthorisedEstablishment.objects.create(
        identifier_kind="uai",
        identifier=LISTED,
        name="Collège des Érables",
        email="ce.0781977a@example.org",
        category="EN",
        status="public",
        academy="25",
        department="Yvelines",
        region="Île-de-France",
        address="3 allée des Érables",
        postal_code="78000",
        city="Versailles",
    )


def head_of(*uais) -> dict:
    return {"FrEduFonctAdm": "DIR", "FrEduRneResp": [f"{uai}$UAJ$PU$N$T3$CLG$300" for uai in uais]}


def rights(subject="quelqu-un") -> list[tuple]:
    memberships = Membership.objects.filter(user__identities__subject=subject).order_by("establishment__identifier")
    return list(memberships.values_list("establishment__identifier", "role", "source", "valid_until"))


def assert_no_one_in(browser, response, words: str):
    assert response.status_code == 403
    assert words in response.content.decode()
    assert Session.objects.count() == 0
    assert browser.get("/accueil/").status_code == 302


def test_a_head(enter, establishment):
    browser, response = enter(**head_of(OURS))
    assert response["Location"] == "/accueil/"
    assert rights() == [(OURS, "head", "academic", None)]
    assert browser.get("/candidats/").status_code == 200
    assert list(SignIn.objects.values_list("establishment", "role", "door")) == [(establishment.pk, "head", "academic")]


def test_the_session_ends_like_any_other(enter, establishment):
    browser, _ = enter(**head_of(OURS))
    assert browser.cookies["sessionid"]["max-age"] == 12 * 60 * 60
    assert "oidc_states" not in browser.session


def test_a_delegated_head(enter, establishment):
    today = timezone.localdate()
    _, response = enter(FrEduFonctAdm="ADF", FrEduResDel=delegation(OURS, today - DAY, today))
    assert response.status_code == 302
    assert rights() == [(OURS, "head", "academic", today)]


def test_a_delegated_supervisor_sees_the_list_of_exams_only(enter, establishment):
    today = timezone.localdate()
    said = delegation(OURS, today, today + DAY, attribute="FrEduRne")
    browser, response = enter(FrEduFonctAdm="ENS", FrEduResDel=[said])
    assert response.status_code == 302
    assert rights() == [(OURS, "supervisor", "academic", today + DAY)]
    assert browser.get("/epreuves/").status_code == 200
    assert browser.get("/candidats/").status_code == 403
    assert browser.get("/compte/").status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"FrEduRne": f"{OURS}$UAJ"},
        {"FrEduFonctAdm": "ENS", "FrEduRneResp": OURS},
        {"FrEduFonctAdm": "DIR", "FrEduRneResp": "X", "FrEduRne": OURS},
        {},
    ],
)
def test_no_right(enter, establishment, claims):
    browser, response = enter(**claims)
    assert_no_one_in(browser, response, "Aucun droit à ce jour")
    assert User.objects.count() == 0


@pytest.mark.parametrize(("since", "until"), [(-30, -1), (1, 30)])
def test_a_delegation_that_ended_yesterday_or_begins_tomorrow(enter, establishment, since, until):
    today = timezone.localdate()
    said = delegation(OURS, today + since * DAY, today + until * DAY)
    browser, response = enter(FrEduFonctAdm="ADF", FrEduResDel=said)
    assert_no_one_in(browser, response, "Aucun droit à ce jour")
    assert User.objects.count() == 0


def test_a_right_that_ended_is_taken_away_at_the_next_sign_in(enter, establishment):
    today = timezone.localdate()
    enter(FrEduResDel=delegation(OURS, today - DAY, today))
    assert len(rights()) == 1
    Session.objects.all().delete()
    browser, response = enter(FrEduResDel=delegation(OURS, today - 2 * DAY, today - DAY))
    assert_no_one_in(browser, response, "Aucun droit à ce jour")
    assert rights() == []
    assert User.objects.count() == 1


def test_rights_follow_the_hub_and_local_ones_stay(enter, establishment, other_establishment):
    enter(**head_of(OURS))
    user = User.objects.get(identities__subject="quelqu-un")
    MembershipFactory(user=user, establishment=other_establishment, role=Role.SUPERVISOR)
    stranger = MembershipFactory(establishment=establishment)
    enter(**head_of(OURS))
    assert rights() == [(OURS, "head", "academic", None), (OTHER, "supervisor", "local", None)]
    enter(**head_of(OTHER))
    assert rights() == [(OTHER, "supervisor", "local", None)]
    assert Membership.objects.filter(pk=stranger.pk).exists()


def test_a_role_that_changed(enter, establishment):
    today = timezone.localdate()
    enter(**head_of(OURS))
    enter(FrEduResDel=delegation(OURS, today, today, attribute="FrEduRne"))
    assert rights() == [(OURS, "supervisor", "academic", today)]
    assert User.objects.count() == 1


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 200), (-1, 403)])
def test_a_delegation_ends_during_a_session(establishment, days, status):
    """With its last day, where the establishment is, without waiting for the next sign-in."""
    membership = MembershipFactory(
        establishment=establishment,
        source=MembershipSource.ACADEMIC,
        valid_until=timezone.localdate() + days * DAY,
    )
    browser = StrictClient()
    browser.force_login(membership.user)
    assert browser.get("/epreuves/").status_code == status


def test_the_last_day_is_the_establishment_s(other_establishment, monkeypatch):
    """At 21:00 in Paris the day is over in Réunion."""
    membership = MembershipFactory(
        establishment=other_establishment, source=MembershipSource.ACADEMIC, valid_until=date(2026, 3, 10)
    )
    browser = StrictClient()
    browser.force_login(membership.user)
    paris = timezone.get_default_timezone()
    for hour, status in ((20, 200), (22, 403)):
        now = timezone.datetime(2026, 3, 10, hour, tzinfo=paris)
        monkeypatch.setattr("establishments.middleware.timezone.now", lambda now=now: now)
        assert browser.get("/epreuves/").status_code == status


def test_two_first_sign_ins_at_once(enter, establishment, monkeypatch):
    """The other one was written between our look and our write: the second try finds it."""
    honest, tries = actions._academic_user, []

    def taken(issuer, subject):
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError
        return honest(issuer, subject)

    monkeypatch.setattr(actions, "_academic_user", taken)
    _, response = enter(**head_of(OURS))
    assert response.status_code == 302
    assert User.objects.count() == 1


# --- Schools ----------------------------------------------------------------------------------------------------


def test_a_head_opens_a_school_of_the_list(enter, listed):
    browser, response = enter(**head_of(LISTED))
    assert response.status_code == 302
    school = Establishment.objects.get()
    assert (school.identifier, school.name, school.academy, school.time_zone) == (
        LISTED,
        "Collège des Érables",
        "25",
        "Europe/Paris",
    )
    assert rights() == [(LISTED, "head", "academic", None)]
    supervisor = school.memberships.get(source=MembershipSource.LOCAL)
    assert (supervisor.role, supervisor.user.username) == ("supervisor", "surveillant-0781977a")
    assert not supervisor.user.has_usable_password()
    assert browser.get("/compte/surveillant/").status_code == 200


def test_a_supervisor_does_not_open_a_school(enter, listed):
    today = timezone.localdate()
    browser, response = enter(FrEduResDel=delegation(LISTED, today, today, attribute="FrEduRne"))
    assert_no_one_in(browser, response, "Établissement pas encore ouvert")
    assert Establishment.objects.count() == User.objects.count() == 0


def test_a_line_that_says_too_little_opens_nothing(enter, listed):
    AuthorisedEstablishment.objects.update(email="", academy="")
    browser, response = enter(**head_of(LISTED))
    assert_no_one_in(browser, response, "Établissement pas encore ouvert")
    assert Establishment.objects.count() == User.objects.count() == 0


@pytest.mark.parametrize("is_listed", [False, True])
def test_a_school_that_is_not_authorised(enter, listed, is_listed):
    AuthorisedEstablishment.objects.update(is_open=False)
    browser, response = enter(**head_of(LISTED if is_listed else "9760371Z"))
    assert_no_one_in(browser, response, "Établissement non habilité")
    assert (LISTED if is_listed else "9760371Z") in response.content.decode()
    assert Establishment.objects.count() == User.objects.count() == 0


def test_an_account_switched_off_stays_out(enter, establishment):
    enter(**head_of(OURS))
    Session.objects.all().delete()
    User.objects.update(is_active=False)
    browser, response = enter(**head_of(OURS))
    assert_no_one_in(browser, response, "Aucun droit à ce jour")


# --- Several schools --------------------------------------------------------------------------------------------


@pytest.fixture
def of_two(enter, establishment, other_establishment):
    CandidateFactory(establishment=establishment, last_name="DESMIMOSAS")
    CandidateFactory(establishment=other_establishment, last_name="DUVOLCAN")
    return enter(**head_of(OURS, OTHER))


def _choose(browser, school):
    membership = Membership.objects.get(establishment=school, user__identities__subject="quelqu-un")
    return browser.post("/etablissement/choisir/", {"membership": membership.pk})


def test_one_chooses_and_changes_over(of_two, establishment, other_establishment):
    browser, response = of_two
    assert response["Location"] == "/etablissement/choisir/"
    page = browser.get("/etablissement/choisir/").content.decode()
    assert "<h1>Choisissez votre établissement</h1>" in page
    assert page.count('name="membership"') == 2
    for school, name in ((establishment, "DESMIMOSAS"), (other_establishment, "DUVOLCAN")):
        assert _choose(browser, school)["Location"] == "/accueil/"
        listed = browser.get("/candidats/").content.decode()
        assert [word for word in ("DESMIMOSAS", "DUVOLCAN") if word in listed] == [name]
        assert "Changer d'établissement" in listed
    page = browser.get("/etablissement/choisir/").content.decode()
    assert len(re.findall(r'name="membership"[^>]* checked', page)) == 1
    used = SignIn.objects.order_by("pk").values_list("establishment", "role", "door")
    assert list(used) == [
        (None, "", "academic"),
        (establishment.pk, "head", "academic"),
        (other_establishment.pk, "head", "academic"),
    ]


def test_one_chooses_among_one_s_own(of_two, establishment):
    browser, _ = of_two
    stranger = MembershipFactory(establishment=establishment)
    for value in (stranger.pk, "", "x", 0):
        response = browser.post("/etablissement/choisir/", {"membership": value})
        assert response.status_code == 200
        assert "Choisissez un établissement." in response.content.decode()
    assert browser.session.get("membership") is None


def test_with_one_school_there_is_nothing_to_choose(head_client):
    assert head_client.get("/etablissement/choisir/")["Location"] == "/accueil/"
    assert "Changer d'établissement" not in head_client.get("/accueil/").content.decode()


# --- The account ------------------------------------------------------------------------------------------------


def test_the_account_has_no_password_to_change(enter, establishment):
    browser, _ = enter(**head_of(OURS))
    assert "Changer le mot de passe" not in browser.get("/compte/").content.decode()
    assert browser.get("/mot-de-passe/changer/")["Location"] == "/compte/"
    user = User.objects.get()
    assert (user.email, user.has_usable_password()) == (None, False)
    assert Identity.objects.get().user == user


def test_an_academic_supervisor_is_not_the_school_s_supervisor_account(enter, establishment):
    """The head sets the password of the account made with the school, never of a person's."""
    today = timezone.localdate()
    MembershipFactory(establishment=establishment, role=Role.SUPERVISOR, user__username="surveillant-0750655e")
    enter(FrEduResDel=delegation(OURS, today, today, attribute="FrEduRne"))
    browser, _ = enter("cheffe", **head_of(OURS))
    page = browser.get("/compte/surveillant/")
    assert page.status_code == 200
    assert "surveillant-0750655e" in page.content.decode()
    password = "Rondpoint-2027!"
    browser.post("/compte/surveillant/", {"password1": password, "password2": password})
    assert not User.objects.get(identities__subject="quelqu-un").has_usable_password()
    assert User.objects.get(username="surveillant-0750655e").check_password(password)


def test_one_goes_on_to_the_page_asked_for(academic, people, establishment):
    people[:] = [Someone("Cheffe", "c", head_of(OURS))]
    browser = Client()
    page = browser.get("/login", {"next": "/candidats/"}, headers={"host": "localhost"}).content.decode()
    assert 'href="/connexion/academique/?next=/candidats/"' in page
    back = clicks(leaves(browser, "/connexion/academique/?next=/candidats/"), "c")
    assert returns(browser, back)["Location"] == "/candidats/"


def test_one_never_goes_on_to_another_site(academic, people, establishment):
    people[:] = [Someone("Cheffe", "c", head_of(OURS))]
    browser = Client()
    back = clicks(leaves(browser, "/connexion/academique/?next=https://ailleurs.example.org/"), "c")
    assert returns(browser, back)["Location"] == "/accueil/"


def test_the_door_is_shown_when_it_is_open(academic, client):
    assert 'href="/connexion/academique/"' in client.get("/login").content.decode()


def test_the_door_is_closed_without_a_provider(client, db, settings):
    settings.IDENTITY_PROVIDERS = {}
    page = client.get("/login").content.decode()
    assert "/connexion/academique/" not in page
    assert "n’est pas ouverte sur ce serveur" in page
