"""H1: the questions of each page, and whom to write to for what."""

import pytest

from esr.ops.demo import TEXTS
from establishments.actions import load_texts
from establishments.enums import FaqKind
from establishments.models import Contact, FaqEntry, Resource


@pytest.mark.parametrize("path", ["/aide/", "/foire-aux-questions/"])
def test_each_subject_has_an_address(head_client, settings, path):
    page = head_client.get(path).content.decode()
    assert page.count(f"mailto:{settings.BRAND_CONTACT}") == 2  # here and in the footer
    Contact.objects.create(subject="Un règlement", email="reglement@example.org", position=2)
    Contact.objects.create(subject="Une panne", text="Dites <quand>.", position=1)
    page = head_client.get(path)
    assert [str(contact) for contact in page.context["contacts"]] == ["Une panne", "Un règlement"]
    html = page.content.decode()
    assert html.count("mailto:reglement@example.org") == 1
    assert html.count(f"mailto:{settings.BRAND_CONTACT}") == 2
    assert "<p>Dites &lt;quand&gt;.</p>" in html


@pytest.mark.django_db
def test_a_new_platform_answers_already():
    for _ in range(2):
        load_texts(TEXTS)
        assert FaqEntry.objects.filter(kind=FaqKind.TECHNICAL).count() >= 15
        assert FaqEntry.objects.filter(kind=FaqKind.REGULATORY).count() >= 10
        assert Contact.objects.count() == 4


def test_the_home_page_leads_to_help(head_client):
    page = head_client.get("/accueil/").content.decode()
    for href in ("/foire-aux-questions/", "/aide/", "/aide/#contacts"):
        assert f'href="{href}"' in page


def test_resources_are_on_the_home_page_in_their_order(head_client):
    Resource.objects.create(title="Livret d’accompagnement", address="https://example.org/livret.pdf", position=1)
    Resource.objects.create(title="Affiche", address="https://example.org/affiche.pdf", position=0)
    page = head_client.get("/accueil/").content.decode()
    assert page.index("https://example.org/affiche.pdf") < page.index("https://example.org/livret.pdf")
    assert page.index("https://example.org/livret.pdf") < page.index("Foire aux questions")
