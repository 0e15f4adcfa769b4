"""The administration in Chromium: the telephone's code, then its pages under our content security policy."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from esr.ops.demo import TEXTS
from establishments.actions import create_administrator, load_texts
from establishments.enums import Category, IdentifierKind, Status
from establishments.models import AccountRequest
from exams.models import Question
from stats.actions import count_figures
from tests.factories import PASSWORD, ExamFactory, QuestionFactory, SittingFactory


def enters(person, name) -> None:
    """From the administration's address to its index, through the password and the telephone's set-up."""
    person.goes("/administration/")
    person.fills("Adresse mail de votre établissement", name)
    person.fills("Mot de passe", PASSWORD)
    person.presses("Se connecter avec un compte local")
    person.fills("Mot de passe", PASSWORD)
    person.presses("Continuer")
    person.sees_title("Activer la double authentification")
    secret = person.page.locator("code").inner_text()
    person.fills("Code de vérification", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    person.presses("Activer")
    person.sees_title("Vos codes de secours")
    expect(person.page.locator(".app-codes li")).to_have_count(10)
    person.follows("J’ai gardé ces codes")
    person.sees_title("Administration")


# The corner of Django's tables in a form has no heading.
RULES = {"rules": {"empty-table-header": {"enabled": False}}}


def looks_right(person, name, folder) -> None:
    assert person.errors == [], person.page.url
    person.looks(folder / f"{name}.png")
    found = [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}"
        for v in Axe().run(person.page, options=RULES).response["violations"]
    ]
    assert found == [], person.page.url
    person.errors.clear()  # a picture adds a style of its own, which the policy refuses


def test_a_national_administrator_goes_round(someone, school, tmp_path):
    load_texts(TEXTS)
    QuestionFactory()
    for _ in range(6):
        SittingFactory(exam=ExamFactory(establishment=school))
    make_request()
    count_figures(now=timezone.now())
    create_administrator(username="nation", email=None, academy="", password=PASSWORD)
    person = someone()
    person.page.set_viewport_size({"width": 1280, "height": 900})
    enters(person, "nation")
    looks_right(person, "index", tmp_path)
    tables = "/administration/establishments"
    for name, path in {
        "etablissements": f"{tables}/establishment/",
        "etablissement": f"{tables}/establishment/{school.pk}/change/",
        "demande": f"{tables}/accountrequest/{AccountRequest.objects.get().pk}/change/",
        "refuser": f"{tables}/accountrequest/{AccountRequest.objects.get().pk}/refuser/",
        "habilites": f"{tables}/authorisedestablishment/",
        "charger": f"{tables}/authorisedestablishment/charger/annuaire/",
        "comptes": f"{tables}/user/",
        "dates": f"{tables}/sessiondates/add/",
        "faq": f"{tables}/faqentry/",
        "question": f"/administration/exams/question/{Question.objects.first().pk}/change/",
        "chiffres": "/administration/chiffres/",
        "chiffres-academie": "/administration/chiffres/?academie=01&attestation=ASSR1",
        "protection": "/compte/double-authentification/",
    }.items():
        person.goes(path)
        looks_right(person, name, tmp_path)


def make_request() -> AccountRequest:
    return AccountRequest.objects.create(
        identifier_kind=IdentifierKind.EPIDE,
        identifier="BORDEAUX",
        name="EPIDE de Bordeaux",
        email="epide@example.org",
        category=Category.EPIDE,
        status=Status.PUBLIC,
        academy="04",
        city="Bordeaux",
        message="Nous ouvrons en septembre.",
    )


def test_an_academy_accepts_a_request(someone, school, tmp_path):
    asked = make_request()
    create_administrator(username="bordeaux", email=None, academy="04", password=PASSWORD)
    person = someone()
    enters(person, "bordeaux")
    person.follows("Demandes de compte")
    person.follows("EPIDE de Bordeaux")
    person.follows("Accepter")
    person.presses("Accepter la demande")
    person.sees("Demande acceptée. L’établissement est prévenu par mail.")
    asked.refresh_from_db()
    assert asked.state == "accepted"
    looks_right(person, "acceptee", tmp_path)
