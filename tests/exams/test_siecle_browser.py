"""SIECLE BEE in a browser: the file goes in by its label, and the waiting page goes on by itself."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from candidates import actions
from candidates.rules import Reading
from esr.core.models import Job
from tests.browser import Person
from tests.siecle_export import export, school_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def head(browser, live_server, head_client):
    """The head of the establishment, signed in."""
    context = browser.new_context(locale="fr-FR")
    session = head_client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    head = Person(context, live_server.url)
    yield head
    context.close()
    assert head.errors == []


def test_from_the_list_to_the_preview(head, tmp_path):
    file = tmp_path / "ElevesSansAdresses.xml"
    year = timezone.now().year
    file.write_bytes(export(school_of(3, year=year), school_year=str(year)))
    head.goes("/candidats/importer/")
    head.follows("Importer depuis SIECLE BEE")
    head.page.get_by_label("Export des élèves").set_input_files(file)
    head.presses("Importer depuis SIECLE BEE")
    head.sees("Aperçu de l’import")
    head.presses("Confirmer l’import")
    head.sees("ABADIE-A Inès")


def test_the_waiting_page_leads_to_the_preview_by_itself(head, establishment):
    scope = {"kind": "siecle_import", "title": "Import depuis SIECLE BEE", "scope": str(establishment.pk)}
    job = Job.objects.create(**scope, state="running", done=1000, total=2500)
    head.goes(f"/candidats/siecle/{job.pk}/")
    bar = head.page.get_by_role("progressbar")
    expect(bar).to_have_js_property("value", 1000)
    Job.objects.update(done=2000)
    expect(bar).to_have_js_property("value", 2000)
    actions.keep_draft(
        establishment=establishment,
        year=establishment.current_year,
        filename="",
        reading=Reading([], [], ["Cet export ne contient aucun élève."]),
        source="siecle",
    )
    Job.objects.update(state="done")
    expect(head.page).to_have_url(re.compile(r"/candidats/importer/\d+/$"))
    head.sees("Cet export ne contient aucun élève.")


def test_the_waiting_page_says_what_went_wrong(head, establishment):
    job = Job.objects.create(kind="siecle_import", title="Import", scope=str(establishment.pk), state="running")
    head.goes(f"/candidats/siecle/{job.pk}/")
    Job.objects.update(state="failed", error="SIECLE BEE ne répond pas.")
    expect(head.page.get_by_role("alert")).to_contain_text("SIECLE BEE ne répond pas.")
    head.follows("Recommencer")
    head.sees("Importer depuis SIECLE BEE")
