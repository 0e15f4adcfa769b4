"""« Importer depuis SIECLE BEE »: from the school's export, or the service's answer, to the list of candidates."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate, ImportDraft
from candidates.siecle import file
from esr.core.enums import JobState
from esr.core.models import Job
from establishments.enums import Category, IdentifierKind
from exams.queries import attestations_held
from tests.factories import CandidateFactory, ExamFactory, SittingFactory
from tests.siecle_export import FIFTH, FOURTH, PRIVATE, THIRD, Someone, export, school_of, zipped
from tests.siecle_server import Answer, pupil, running

pytestmark = pytest.mark.django_db

NOW = timezone.now()
YEAR = NOW.year
URL = "/candidats/importer/siecle/"
ZOE = Someone(500001, "071340028HH", born=f"14/03/{YEAR - 13}")
ALI = Someone(500002, "071340029HJ", "DURAND", "Ali", born=f"02/11/{YEAR - 15}", sex="1", mef=THIRD, divisions=("3B",))


def content(*pupils, **kwargs):
    return zipped({"ElevesSansAdresses.xml": export(pupils, **{"school_year": str(YEAR)} | kwargs)})


def upload(client, data, *, possible=True, **more):
    sent = {"file": SimpleUploadedFile("ExportXML_ElevesSansAdresses.zip", data)} | more
    return client.post(URL, sent | ({"possible": "on"} if possible else {}))


def preview(client, *pupils, **kwargs):
    """The address of the preview of these pupils, and what it shows."""
    response = upload(client, content(*pupils), **kwargs)
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"], client.get(response["Location"]).context["preview"]


def confirm(client, *pupils, **decisions):
    """Import these pupils to the end; what the preview counted."""
    url, shown = preview(client, *pupils)
    response = client.post(url, {"seen": shown.fingerprint, **decisions}, follow=True)
    assert response.redirect_chain[-1][0].startswith("/candidats/") if shown.can_write else True
    return {
        "added": shown.added,
        "updated": shown.updated,
        "same": shown.same,
        "gone": len(shown.gone),
        "aside": len(shown.set_aside),
        "refused": len(shown.errors),
    }


def counted(**values):
    return {"added": 0, "updated": 0, "same": 0, "gone": 0, "aside": 0, "refused": 0} | values


def listed(establishment):
    fields = ("last_name", "first_name", "birth_date", "division", "sex", "attestation", "identifier", "siecle_id")
    return list(Candidate.objects.of(establishment).order_by("last_name").values_list(*fields))


def test_the_list_s_page_leads_there(head_client):
    assert f'href="{URL}">Importer depuis SIECLE BEE</a>' in head_client.get("/candidats/importer/").content.decode()


def test_the_page_says_what_it_wants_and_what_it_cannot_know(head_client):
    page = head_client.get(URL).content.decode()
    assert "<h1>Importer depuis SIECLE BEE</h1>" in page
    assert "Ce que la plateforme ne peut pas savoir" in page
    assert 'name="file"' in page
    assert 'name="nomenclature"' in page
    assert 'name="possible"' in page


def test_from_the_export_to_the_list(head_client, establishment):
    assert confirm(head_client, ZOE, ALI) == counted(added=2)
    assert listed(establishment) == [
        ("DUPONT", "Zoé", date(YEAR - 13, 3, 14), "5A", "F", "ASSR1", "071340028HH", "500001"),
        ("DURAND", "Ali", date(YEAR - 15, 11, 2), "3B", "M", "ASSR2", "071340029HJ", "500002"),
    ]
    assert set(Candidate.objects.values_list("export_to_siecle", "in_siecle", "year")) == {(True, True, YEAR)}


def test_nothing_is_written_before_the_confirmation(head_client):
    preview(head_client, ZOE)
    assert not Candidate.objects.exists()
    assert ImportDraft.objects.get().source == "siecle"


def test_private_data_of_the_export_is_kept_nowhere(head_client):
    data = export([ZOE], school_year=str(YEAR))
    assert all(secret.encode() in data for secret in PRIVATE)
    response = upload(head_client, data)
    draft = ImportDraft.objects.values().get()
    page = head_client.get(response["Location"]).content.decode()
    assert not [secret for secret in PRIVATE if secret in repr(draft) or secret in page]


def test_the_preview_explains_each_pupil(head_client):
    apprentice = Someone(3, "071340050AA", "APPRENTIE", born=f"01/01/{YEAR - 17}", status="AP")
    left = Someone(4, "071340051AB", "PARTIE", left_on=(NOW - timedelta(days=2)).strftime("%d/%m/%Y"))
    wrong = Someone(5, "071340052AC", "FAUSSE", born="31/02/2013")
    url, shown = preview(head_client, ZOE, apprentice, left, wrong)
    page = head_client.get(url).content.decode()
    assert (shown.added, len(shown.set_aside), len(shown.errors)) == (1, 2, 1)
    for words in (
        f"5e, 13 ans en {YEAR} : ASSR1.",
        f"5e, 17 ans en {YEAR}, apprenti : relève de l’ASR, dans son centre de formation.",
        "PARTIE Zoé (élève 4)",
        "FAUSSE Zoé (élève 5)",
        "Cette date n’existe pas",
    ):
        assert words in page, words


def test_the_others_go_on_when_some_are_refused(head_client, establishment):
    twice = Someone(500008, "071340028HH", "DOUBLON", born=ZOE.born)
    assert confirm(head_client, ZOE, twice, ALI) == counted(added=1, refused=2)
    assert [row[0] for row in listed(establishment)] == ["DURAND"]


def test_the_files_of_the_nomenclature_and_the_pupils_go_together(head_client):
    local = Someone(1, "", mef="9991000C11A", born=f"14/03/{YEAR - 13}")
    nomenclature = (
        '<?xml version="1.0" encoding="ISO-8859-15"?><BEE_NOMENCLATURES><DONNEES><MEFS><MEF CODE_MEF="9991000C11A">'
        f"<MEF_RATTACHEMENT>{FIFTH}</MEF_RATTACHEMENT></MEF></MEFS></DONNEES></BEE_NOMENCLATURES>"
    ).encode()
    assert preview(head_client, local)[1].added == 0
    _, shown = preview(head_client, local, nomenclature=SimpleUploadedFile("Nomenclature.xml", nomenclature))
    assert shown.added == 1


def test_those_whom_only_the_age_points_at_are_asked_for(head_client):
    fourth = Someone(1, "071340050AA", mef=FOURTH, born=f"14/03/{YEAR - 14}")
    assert preview(head_client, fourth)[1].added == 1
    _, shown = preview(head_client, fourth, possible=False)
    assert (shown.added, len(shown.set_aside)) == (0, 1)


# --- Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Ce fichier est vide."),
        (
            content(ZOE, uai="0781977A"),
            "Cet export est celui de l’établissement 0781977A, et votre compte est celui de",
        ),
        (content(ZOE, root="BEE_RESPONSABLES"), "Ce fichier est l’export des responsables légaux"),
        (content(ZOE)[:200], "Cette archive est abîmée"),
    ],
)
def test_a_file_that_is_refused_says_why_beside_its_field(head_client, data, message):
    response = upload(head_client, data)
    assert response.status_code == 200
    assert response.context["form"].errors["file"][0].startswith(message)
    assert not ImportDraft.objects.exists()


def test_no_file_and_too_big_a_file(head_client, monkeypatch):
    assert head_client.post(URL, {}).context["form"].errors["file"] == [
        "Choisissez d’abord l’export des élèves fait dans SIECLE BEE."
    ]
    monkeypatch.setattr("exams.forms.MAX_UPLOAD", 10)
    nomenclature = SimpleUploadedFile("n.xml", b"x" * 11)
    errors = upload(head_client, content(ZOE), nomenclature=nomenclature).context["form"].errors
    assert set(errors) == {"file", "nomenclature"}


def test_who_has_no_place_in_siecle(head_client, establishment):
    establishment.category = Category.GRETA
    establishment.save()
    assert "Votre établissement n’est pas concerné" in upload(head_client, content(ZOE)).content.decode()
    establishment.category, establishment.identifier_kind = Category.EPIDE, IdentifierKind.EPIDE
    establishment.save()
    assert "Votre établissement n’est pas concerné" in upload(head_client, content(ZOE)).content.decode()
    assert not ImportDraft.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_supervisor_has_no_part_in_it(supervisor_client, method):
    assert getattr(supervisor_client, method)(URL).status_code == 403


# --- Again ------------------------------------------------------------------------------------------------------------


def test_importing_again_changes_nothing(head_client):
    no_ine = Someone(3, "", "SANSINE", born=f"30/01/{YEAR - 13}")
    pupils = (ZOE, ALI, no_ine)
    confirm(head_client, *pupils)
    before = list(Candidate.objects.order_by("pk").values())
    assert confirm(head_client, *pupils) == counted(same=3)
    assert list(Candidate.objects.order_by("pk").values()) == before


def test_what_people_decided_stays(head_client):
    """The AER is given by hand after the import, a flag unticked to print here (handbook 3 and 8.1)."""
    confirm(head_client, ZOE, ALI)
    Candidate.objects.filter(siecle_id="500001").update(attestation="AER", extra_time=True)
    Candidate.objects.filter(siecle_id="500002").update(export_to_siecle=False)
    assert confirm(head_client, ZOE, ALI) == counted(same=2)


def test_an_ine_that_arrives_later(head_client):
    confirm(head_client, Someone(500001, "", born=ZOE.born))
    assert confirm(head_client, ZOE) == counted(updated=1)
    candidate = Candidate.objects.get()
    assert (candidate.identifier, candidate.export_to_siecle) == ("071340028HH", True)


def test_corrections_of_the_register_come_through(head_client):
    confirm(head_client, ZOE)
    renamed = Someone(500001, "071340028HH", "DUPOND", "Zoë", born=ZOE.born, divisions=("5C",))
    assert confirm(head_client, renamed) == counted(updated=1)
    assert Candidate.objects.values_list("last_name", "first_name", "division").get() == ("DUPOND", "Zoë", "5C")


def test_another_birth_date_is_another_person_and_never_merged(head_client):
    confirm(head_client, ZOE)
    other = Someone(500001, "071340028HH", born=f"15/03/{YEAR - 13}")
    assert confirm(head_client, other) == counted(refused=1)
    assert Candidate.objects.get().birth_date == date(YEAR - 13, 3, 14)


def test_who_is_not_there_any_more(head_client, establishment):
    confirm(head_client, ZOE, ALI)
    CandidateFactory(establishment=establishment, last_name="AJOUTÉE À LA MAIN")
    left = Someone(500002, "071340029HJ", "DURAND", "Ali", left_on=(NOW - timedelta(days=2)).strftime("%d/%m/%Y"))
    for pupils in ((ZOE,), (ZOE, left)):
        _, shown = preview(head_client, *pupils)
        assert [someone.candidate.last_name for someone in shown.gone] == ["DURAND"]
    confirm(head_client, ZOE)
    assert len(listed(establishment)) == 3  # nobody is removed unless ticked


def test_refused_or_not_concerned_is_not_gone(head_client):
    confirm(head_client, ZOE, ALI)
    refused = Someone(500002, "071340029HJ", "DURAND", "Ali", born="hier")
    aside = Someone(500001, "071340028HH", born=ZOE.born, mef=FOURTH)
    assert confirm(head_client, refused, aside) == counted(aside=1, refused=1)


def obtained(candidate, mark=15):
    exam = ExamFactory(
        establishment=candidate.establishment,
        attestation=candidate.attestation,
        year=YEAR,
        starts_at=NOW - timedelta(days=1),
    )
    return SittingFactory(exam=exam, candidate=candidate, closed=True, mark=mark)


def test_after_the_exam_importing_again_changes_nothing(head_client, establishment):
    older = Someone(3, "071340050AA", "AÎNÉ", mef=FOURTH, born=f"01/01/{YEAR - 14}")
    confirm(head_client, ZOE, ALI, older)
    for candidate in Candidate.objects.all():
        obtained(candidate)
    assert confirm(head_client, ZOE, ALI, older) == counted(same=3)
    url, _ = preview(head_client, ZOE)
    assert f"5e, 13 ans en {YEAR}, ASSR1 déjà obtenue : pas encore l’ASSR2." in head_client.get(url).content.decode()
    held = attestations_held(establishment, YEAR)
    assert held["071340028HH"] == held["500001"] == {"ASSR1"}


def test_a_failure_holds_nothing(head_client, establishment):
    confirm(head_client, ZOE)
    obtained(Candidate.objects.get(), mark=9)
    assert attestations_held(establishment, YEAR) == {}


def test_who_sat_is_not_changed_without_agreement(head_client):
    confirm(head_client, ZOE)
    obtained(Candidate.objects.get(), mark=9)
    renamed = Someone(500001, "071340028HH", "AUTRE", born=ZOE.born)
    confirm(head_client, renamed)
    assert Candidate.objects.get().last_name == "DUPONT"


# --- Three thousand ---------------------------------------------------------------------------------------------------


def test_three_thousand_imported_again_and_updated(head_client, establishment):
    pupils = school_of(3000, year=YEAR)
    assert confirm(head_client, *pupils) == counted(added=3000)
    assert confirm(head_client, *pupils) == counted(same=3000)
    changed = [
        Someone(**{**vars(pupils[n]), **change})
        for n, change in enumerate(({"divisions": ("9Z",)}, {"first_name": "Autre"}, {"last_name": "AUTRE"}))
    ]
    new = [
        Someone(**{**vars(pupils[n]), "number": 900_000 + n, "ine": f"90000000{n}AA", "last_name": "NOUVELLE"})
        for n in range(2)
    ]
    assert confirm(head_client, *changed, *pupils[4:], *new) == counted(added=2, updated=3, same=2996, gone=1)
    assert Candidate.objects.of(establishment).count() == 3002


# --- One button -------------------------------------------------------------------------------------------------------


def test_the_demonstration_answers_at_once(head_client, settings):
    settings.SIECLE_GATEWAY = "candidates.siecle.demo.DemoGateway"
    page = head_client.get(URL).content.decode()
    assert 'type="file"' not in page
    response = head_client.post(URL, follow=True)
    assert response.context["preview"].added > 50


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    """The jobs asked for within it are done when it ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_the_service_is_asked_by_a_worker_and_leads_to_the_preview(head_client, settings, worker):
    answer = Answer(body=[pupil(1, dateNaissance=f"{YEAR - 13}-03-14"), pupil(2, dateNaissance="hier", nom="FAUSSE")])
    with running(lambda *_: answer, settings) as service:
        assert 'type="file"' not in head_client.get(URL).content.decode()
        assert service.asked == []
        with worker():
            waiting = head_client.post(URL)["Location"]
            page = head_client.get(waiting).content.decode()
    job = Job.objects.get()
    assert waiting == f"/candidats/siecle/{job.pk}/"
    assert f'hx-get="{waiting}"' in page
    assert 'hx-trigger="every 2s"' in page
    target = reverse("candidate_import_preview", args=[ImportDraft.objects.get().pk])
    assert head_client.get(waiting)["Location"] == target
    assert head_client.get(waiting, headers={"HX-Request": "true"}).headers["HX-Redirect"] == target
    shown = head_client.get(target).context["preview"]
    assert (shown.added, [error.place for error in shown.errors]) == (1, ["FAUSSE Zoé"])
    head_client.post(target, {"seen": shown.fingerprint})
    assert Candidate.objects.values_list("siecle_id", "in_siecle").get() == ("", True)


def test_over_the_network_too_who_is_gone_is_named(head_client, settings, worker):
    for answer in ([pupil(1), pupil(2, nom="PARTIE")], [pupil(1)]):
        body = [one | {"dateNaissance": f"{YEAR - 13}-03-14"} for one in answer]
        with running(lambda *_, body=body: Answer(body=body), settings), worker():
            waiting = head_client.post(URL)["Location"]
        shown = (response := head_client.get(waiting, follow=True)).context["preview"]
        head_client.post(response.redirect_chain[-1][0], {"seen": shown.fingerprint})
    assert [someone.candidate.last_name for someone in shown.gone] == ["PARTIE"]


def test_a_service_that_fails_says_why_and_keeps_nothing(head_client, settings, worker):
    with running(lambda *_: Answer(403), settings), worker():
        waiting = head_client.post(URL)["Location"]
    page = head_client.get(waiting).content.decode()
    assert "SIECLE BEE n’autorise pas la plateforme" in page
    assert "hx-get" not in page
    assert f'href="{URL}">Recommencer' in page
    assert Job.objects.get().state == JobState.FAILED
    assert not ImportDraft.objects.exists()


def test_another_school_s_pupils_never_reach_the_preview(head_client, settings, worker):
    with running(lambda *_: Answer(body=[pupil(codeUai="0781977A")]), settings), worker():
        waiting = head_client.post(URL)["Location"]
    assert "d’un autre établissement" in head_client.get(waiting).content.decode()


def test_only_one_s_own_waiting_page_exists(head_client, other_head_client, establishment):
    mine = Job.objects.create(kind="siecle_import", title="Import", scope=str(establishment.pk))
    other = Job.objects.create(kind="attestations", title="Attestations", scope=str(establishment.pk))
    assert head_client.get(f"/candidats/siecle/{mine.pk}/").status_code == 200
    assert other_head_client.get(f"/candidats/siecle/{mine.pk}/").status_code == 404
    assert head_client.get(f"/candidats/siecle/{other.pk}/").status_code == 404


def test_the_caps_of_page_and_reader_are_one():
    from exams import forms

    assert forms.MAX_UPLOAD is file.MAX_UPLOAD
