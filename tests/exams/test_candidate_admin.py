"""The candidates of an establishment in the national administration: seen, exported, imported by one establishment."""

import io
import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from candidates.models import Candidate, ImportDraft
from tests.conftest import administrator
from tests.factories import CandidateFactory, SittingFactory

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year
BORN = date(YEAR - 13, 4, 3)
TITLES = ["INE", "Nom de famille", "Prénom", "Date de naissance", "Division", "Sexe", "Attestation", "SIECLE", "Tps +"]
PAGES = ("changelist", "export", "import")


def page(name, establishment=None) -> str:
    chosen = f"?establishment__id__exact={establishment.pk}" if establishment else ""
    return reverse(f"admin:candidates_candidate_{name}") + chosen


@pytest.fixture
def lily(establishment):
    return CandidateFactory(
        establishment=establishment,
        identifier="130564139AC",
        last_name="MARTIN",
        first_name="Lily",
        birth_date=BORN,
        division="5A",
        sex="F",
        attestation="ASSR1",
        extra_time=True,
        export_to_siecle=True,
    )


@pytest.fixture
def elsewhere(other_establishment):
    return CandidateFactory(establishment=other_establishment, last_name="AILLEURS", identifier="130564140AC")


def told() -> list[tuple[str, str]]:
    """The history: of whom, and what."""
    return [(entry.object_repr, entry.get_change_message()) for entry in LogEntry.objects.order_by("pk")]


def listed(response) -> list[str]:
    return [candidate.last_name for candidate in response.context["cl"].result_list]


# --- Who, and of whom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_only_the_nation_meets_candidates(name, establishment, lily, head_client, supervisor_client, admin_client):
    url = page(name, establishment)
    academy = administrator(academy=establishment.academy)
    for method in ("get", "post"):
        assert getattr(academy, method)(url).status_code == 403
        for client in (head_client, supervisor_client):
            assert getattr(client, method)(url)["Location"].startswith(reverse("admin:login"))
    assert admin_client.get(url).status_code == 200


def test_the_step_that_reads_temporary_files_is_not_there():
    names = {url.name for url in admin.site.get_model_admin(Candidate).get_urls()}
    assert "candidates_candidate_import" in names
    assert "candidates_candidate_process_import" not in names


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=MARTIN",
        "?establishment__id__exact=x",
        "?year=2026",
        "?all=",
        "?establishment__id__exact=99999999999999999999999",
    ],
)
def test_nobody_is_listed_without_an_establishment(admin_client, lily, elsewhere, query):
    response = admin_client.get(page("changelist") + query, follow=True)
    assert listed(response) == []
    assert "Choisissez d’abord un établissement" in response.content.decode()
    assert b"MARTIN" not in response.content.replace(b"q=MARTIN", b"").replace(b'value="MARTIN"', b"")


def test_two_establishments_are_none(admin_client, establishment, other_establishment, lily, elsewhere):
    both = f"?establishment__id__exact={establishment.pk}&establishment__id__exact={other_establishment.pk}"
    assert listed(admin_client.get(page("changelist") + both)) == []


def test_no_completion_lists_the_nation(admin_client, establishment, lily, elsewhere):
    field = {"app_label": "exams", "model_name": "sitting", "field_name": "candidate", "term": ""}
    url = reverse("admin:autocomplete")
    assert admin_client.get(url, field).json()["results"] == []
    one = admin_client.get(url, field | {"establishment__id__exact": establishment.pk}).json()
    assert [result["text"] for result in one["results"]] == ["MARTIN Lily"]


@pytest.mark.parametrize("name", ["export", "import"])
def test_no_file_without_an_establishment(admin_client, lily, name):
    for response in (admin_client.get(page(name)), admin_client.post(page(name), {"format": "0"})):
        assert (response.status_code, response["Location"]) == (302, page("changelist"))
    assert told() == []


def test_an_establishment_leads_to_its_candidates(admin_client, establishment, lily, elsewhere):
    url = reverse("admin:establishments_establishment_change", args=[establishment.pk])
    link = f'href="{page("changelist", establishment)}">Candidats de cet établissement</a>'
    assert link in admin_client.get(url).content.decode()
    assert "Candidats de cet établissement" not in administrator(academy="01").get(url).content.decode()
    assert listed(admin_client.get(page("changelist", establishment))) == ["MARTIN"]


def test_the_search_is_by_name_or_identifier_within_it(admin_client, establishment, lily, elsewhere):
    CandidateFactory(establishment=establishment, last_name="DURAND", identifier="130564141AC")
    url = page("changelist", establishment)
    for words, found in (("130564139ac", ["MARTIN"]), ("dur", ["DURAND"]), ("AILLEURS", []), ("130564140AC", [])):
        response = admin_client.post(url, {"q": words}, follow=True)
        assert listed(response) == found
        ((address, _),) = response.redirect_chain
        assert re.fullmatch(re.escape(url) + r"&recherche=\d", address)


def test_rows_are_read_only(admin_client, lily):
    url = reverse("admin:candidates_candidate_change", args=[lily.pk])
    response = admin_client.get(url)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.fields) == []
    assert admin_client.post(url, {"last_name": "VOL"}).status_code == 403


def test_longer_lists_take_no_more_queries(admin_client, establishment):
    counts = []
    for more in (1, 2):
        CandidateFactory.create_batch(more, establishment=establishment)
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(page("changelist", establishment))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Export -------------------------------------------------------------------------------------------------------


def exported(client, establishment, number: int = 0):
    return client.post(page("export", establishment), {"format": str(number)})


def test_the_export_is_of_one_establishment_and_leaves_a_line(admin_client, establishment, lily, elsewhere):
    response = exported(admin_client, establishment)
    assert response["Content-Disposition"] == 'attachment; filename="candidats-0750655E.xlsx"'
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    born = rows[1][3]
    assert rows[0] == tuple(TITLES)
    assert rows[1:] == [("130564139AC", "MARTIN", "Lily", born, "5A", "F", "ASSR1", "oui", "oui")]
    assert born.date() == BORN
    assert told() == [("Collège des Mimosas", "Candidats exportés : 1 (XLSX).")]


@pytest.mark.parametrize(("number", "extension"), [(0, "xlsx"), (1, "csv")])
def test_the_export_goes_round_through_the_schools_own_import(
    admin_client, head_client, establishment, lily, number, extension
):
    CandidateFactory(establishment=establishment, identifier="ESR-23456789", last_name="=CMD", first_name="+Ali")
    before = list(Candidate.objects.order_by("pk").values())
    content = exported(admin_client, establishment, number).content
    file = SimpleUploadedFile(f"liste.{extension}", content)
    url = head_client.post(reverse("candidate_import"), {"file": file})["Location"]
    shown = head_client.get(url).context["preview"]
    assert (shown.added, shown.updated, shown.same, shown.doubts, shown.errors) == (0, 0, 2, 0, [])
    assert list(Candidate.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_formulas_are_guarded(admin_client, establishment, start):
    CandidateFactory(establishment=establishment, last_name=f"{start}CMD", division=f"{start}1")
    cells = list(load_workbook(io.BytesIO(exported(admin_client, establishment).content)).active.values)[1]
    assert (cells[1], cells[4]) == (f"'{start}CMD", f"'{start}1")
    assert f";'{start}CMD;" in exported(admin_client, establishment, 1).content.decode("utf-8-sig")


# --- Import -------------------------------------------------------------------------------------------------------

HEADER = ";".join(TITLES[:8])
ALI = f";Durand;Ali;{BORN:%d/%m/%Y};;;ASSR2;"
LILY = f"130564139AC;Martin;Lily;{BORN:%d/%m/%Y};5C;F;ASSR1;"


def sent(client, establishment, *lines, seen=""):
    file = SimpleUploadedFile("liste.csv", "\r\n".join((HEADER, *lines)).encode())
    return client.post(page("import", establishment), {"file": file, "seen": seen})


def shown(response) -> str:
    return response.context["trial"].resource.shown


CHANGED = (
    "La liste des candidats ou le fichier a changé depuis l’essai. Rien n’a été enregistré : essayez le fichier de "
    "nouveau."
)


def refusal(response) -> str:
    return " ".join(response.context["form"].errors["file"])


def errors(response) -> list[str]:
    return response.context["trial"].errors


def test_a_file_is_tried_then_imported(admin_client, establishment, lily, elsewhere):
    before = list(Candidate.objects.values())
    tried = sent(admin_client, establishment, LILY, ALI)
    trial = tried.context["trial"]
    assert (trial.added, trial.updated, trial.unchanged, trial.errors) == (1, 1, 0, [])
    assert list(Candidate.objects.values()) == before
    assert told() == []
    done = sent(admin_client, establishment, LILY, ALI, seen=shown(tried))
    assert (done.status_code, done["Location"]) == (302, page("changelist", establishment))
    rows = Candidate.objects.of(establishment).order_by("last_name")
    assert [(c.last_name, c.division, c.year, c.extra_time) for c in rows] == [
        ("DURAND", "", YEAR, False),
        ("MARTIN", "5C", YEAR, True),
    ]
    assert rows[0].identifier.startswith("ESR-")
    assert Candidate.objects.exclude(establishment=establishment).get() == elsewhere
    assert told() == [("Collège des Mimosas", "Candidats importés : 1 ajoutés, 1 mis à jour.")]
    again = sent(admin_client, establishment, LILY, ALI).context["trial"]
    assert (again.added, again.updated, again.unchanged, again.is_ready) == (0, 0, 2, False)
    assert not ImportDraft.objects.exists()


def test_a_pupil_of_another_school_or_year_is_somebody_else(admin_client, establishment, other_establishment):
    others = [
        CandidateFactory(establishment=school, year=year, identifier="130564139AC", last_name="MARTIN", birth_date=BORN)
        for school, year in ((other_establishment, YEAR), (establishment, YEAR - 1))
    ]
    before = list(Candidate.objects.order_by("pk").values())
    tried = sent(admin_client, establishment, LILY)
    assert (tried.context["trial"].added, tried.context["trial"].updated) == (1, 0)
    sent(admin_client, establishment, LILY, seen=shown(tried))
    assert list(Candidate.objects.order_by("pk").values())[: len(others)] == before
    assert Candidate.objects.of(establishment).of_year(YEAR).get().division == "5C"


def test_a_bad_line_writes_nothing(admin_client, establishment):
    bad = ";;Ali;31/02/2012;;;ASSR1;"
    response = sent(admin_client, establishment, ALI, bad)
    assert errors(response) == [
        "Ligne 3, Nom de famille : Cette information est obligatoire : remplissez cette case.",
        "Ligne 3, Date de naissance : Cette date n’existe pas : écrivez jour/mois/année, par exemple 03/04/2012.",
    ]
    response = sent(admin_client, establishment, ALI, bad, seen=shown(response))
    assert len(errors(response)) == 2
    assert not Candidate.objects.exists()
    assert told() == []


def test_another_file_or_a_list_that_changed_is_tried_again(admin_client, establishment, lily):
    seen = shown(sent(admin_client, establishment, ALI))
    assert refusal(sent(admin_client, establishment, ALI.replace("Ali", "Eve"), seen=seen)) == CHANGED
    seen = shown(sent(admin_client, establishment, LILY))
    Candidate.objects.filter(pk=lily.pk).update(division="5D")
    assert refusal(sent(admin_client, establishment, LILY, seen=seen)) == CHANGED
    assert [c.division for c in Candidate.objects.all()] == ["5D"]
    assert told() == []


def test_an_identifier_taken_at_the_last_moment_writes_nothing(admin_client, establishment, lily, monkeypatch):
    seen = shown(sent(admin_client, establishment, LILY, ALI))
    monkeypatch.setattr("exams.admin.candidates.platform_identifier", lambda: lily.identifier)
    assert refusal(sent(admin_client, establishment, LILY, ALI, seen=seen)) == CHANGED
    assert [c.division for c in Candidate.objects.all()] == ["5A"]
    assert told() == []


def test_a_defect_of_ours_is_not_taken_for_a_bad_file(admin_client, establishment, monkeypatch):
    def broken():
        raise RuntimeError("broken")

    monkeypatch.setattr("exams.admin.candidates.platform_identifier", broken)
    with pytest.raises(RuntimeError, match="broken"):
        sent(admin_client, establishment, ALI)


def test_what_a_person_must_decide_is_refused(admin_client, establishment, lily):
    namesake = LILY.replace("130564139AC", "130564149AC")
    assert "que seul l’établissement prend" in errors(sent(admin_client, establishment, namesake))[0]
    SittingFactory(candidate=lily, exam__establishment=establishment, closed=True)
    renamed = LILY.replace("Lily", "Lila")
    assert errors(sent(admin_client, establishment, renamed)) == [
        "Ligne 2 : Ce candidat a déjà passé une épreuve : son nom et son attestation se modifient dans l’établissement."
    ]
    taken = LILY.replace(f"{BORN:%d/%m/%Y}", f"04/04/{YEAR - 13}")
    assert errors(sent(admin_client, establishment, taken))[0].startswith("Ligne 2, INE : Dans votre liste")
    assert list(Candidate.objects.values_list("first_name", "division")) == [("Lily", "5A")]


def test_an_unreadable_file_is_explained(admin_client, establishment):
    file = SimpleUploadedFile("liste.pdf", b"%PDF-1.7")
    response = admin_client.post(page("import", establishment), {"file": file})
    assert "un document PDF" in response.context["form"].errors["file"][0]
