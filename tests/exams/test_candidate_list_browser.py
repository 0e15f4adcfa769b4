"""« Liste des candidats » and the preview of an import in Chromium: selection, decisions, narrow screens."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from candidates.models import Candidate
from establishments.enums import Role
from tests.browser import Person
from tests.factories import (
    CandidateFactory,
    EstablishmentFactory,
    ExamFactory,
    MembershipFactory,
    SittingFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

YEAR = timezone.now().year


@pytest.fixture
def school(transactional_db):
    return EstablishmentFactory(name="Collège des Mimosas", identifier="0750655E")


def signed_in(context, live_server, school):
    client = Client()
    client.force_login(MembershipFactory(establishment=school, role=Role.HEAD).user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    return Person(context, live_server.url)


@pytest.fixture
def head(browser, live_server, school):
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    person = signed_in(context, live_server, school)
    yield person
    assert person.errors == []
    context.close()


@pytest.fixture
def sixty(school):
    return [
        CandidateFactory(establishment=school, last_name=f"MARTIN {n:02}", division="4C" if n < 15 else "5A")
        for n in range(60)
    ]


def selected(head):
    return head.page.locator("[data-count]").inner_text()


def ticks(head, name):
    head.page.get_by_label(name, exact=True).check(force=True)


def test_the_page_the_whole_list_and_one(head, sixty):
    head.goes("/candidats/")
    ticks(head, "Sélectionner toute la page")
    assert selected(head) == "50"
    ticks(head, "Sélectionner les 60 résultats, sur toutes les pages")
    assert selected(head) == "60"
    assert head.page.locator("input[name=candidates]:checked").count() == 0
    ticks(head, "MARTIN 03 Lily")
    assert selected(head) == "1"
    head.selects("Pour les candidats sélectionnés", "Ajouter le tiers-temps")
    head.presses("Appliquer")
    head.sees("Ajouter le tiers-temps : 1 candidat(s) modifié(s), sur 1 sélectionné(s).")
    assert [c.last_name for c in Candidate.objects.filter(extra_time=True)] == ["MARTIN 03"]


def test_one_comes_back_to_the_same_place(head, sixty):
    head.goes("/candidats/?tri=-candidat&page=2")
    head.page.get_by_role("link", name="Modifier MARTIN 04 Lily").click()
    head.fills("Classe", "3C")
    head.presses("Sauvegarder les modifications")
    assert head.page.url.endswith(f"/candidats/?tri=-candidat&page=2#candidat-{sixty[4].pk}")
    assert head.row("MARTIN 04 Lily")[1] == "3C"


def test_without_scripts_everything_is_there(browser, live_server, school, sixty):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    person = signed_in(context, live_server, school)
    person.goes("/candidats/")
    expect(person.page.get_by_label("Sélectionner toute la page")).not_to_be_visible()
    person.selects("Classe", "4C")
    person.presses("Rechercher")
    ticks(person, "Sélectionner les 15 résultats, sur toutes les pages")
    person.selects("Pour les candidats sélectionnés", "Attestation : AER")
    person.presses("Appliquer")
    person.sees("Attestation : AER : 15 candidat(s) modifié(s), sur 15 sélectionné(s).")
    context.close()


def test_a_double_is_decided_on_the_preview(head, school):
    known = CandidateFactory(
        establishment=school, last_name="MARTIN", identifier="130564139AC", birth_date=date(YEAR - 13, 4, 3)
    )
    SittingFactory(
        exam=ExamFactory(establishment=school, starts_at=timezone.now() - timedelta(days=1)),
        candidate=known,
        closed=True,
    )
    content = (
        f"INE;Nom;Prénom;Date de naissance;Classe;Attestation\n130564140AD;Martin;Lily;03/04/{YEAR - 13};5B;ASSR1\n"
    )
    head.goes("/candidats/importer/")
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": content.encode()}
    head.page.locator("input[type=file]").set_input_files(file)
    head.presses("Charger la liste des candidats au format CSV")
    head.page.get_by_label("C’est une autre personne").check(force=True)
    head.presses("Confirmer l’import")
    head.sees_title("Liste des candidats")
    assert sorted(Candidate.objects.values_list("identifier", flat=True)) == ["130564139AC", "130564140AD"]


def test_nothing_overflows_a_narrow_screen(head, school, sixty):
    head.page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/candidats/", "/candidats/importer/", "/candidats/supprimer/"):
        head.goes(path)
        assert head.page.evaluate("document.documentElement.scrollWidth") <= 320, path
