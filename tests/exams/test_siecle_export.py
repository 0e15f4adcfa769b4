"""« Exporter les résultats vers SIECLE BEE »: what goes, once; what cannot, and why; files and receipt."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from openpyxl import load_workbook

from candidates.models import Candidate
from candidates.siecle import results
from candidates.siecle.gateway import Refused, Result, Sent
from establishments.enums import IdentifierKind
from exams import actions, queries
from exams.enums import ExamKind, SittingState
from exams.models import ExportedResult, SiecleExport, Sitting
from tests.factories import CandidateFactory, ExamFactory, SittingFactory
from tests.siecle_server import Answer, running

pytestmark = pytest.mark.django_db

NOW = timezone.now()
YEAR = NOW.year
URL = "/candidats/exporter/siecle/"
SCHEMA = Path(project.BASE_DIR) / "docs" / "siecle-export.xsd"


def sat(establishment, mark, *, days_ago=1, candidate=None, attestation="ASSR1", kind=ExamKind.EXAM, **fields):
    """A closed sitting of a flagged candidate of SIECLE BEE, unless said otherwise."""
    starts_at = NOW - timedelta(days=days_ago)
    exam = ExamFactory(establishment=establishment, attestation=attestation, kind=kind, starts_at=starts_at, year=YEAR)
    candidate = candidate or CandidateFactory(
        **{"establishment": establishment, "year": YEAR, "export_to_siecle": True, "in_siecle": True} | fields
    )
    again = Sitting.objects.filter(candidate=candidate, settles=exam.settles).exists()
    return SittingFactory(exam=exam, candidate=candidate, rattrapage=again, closed=True, mark=mark)


def plan(establishment):
    made = queries.export_plan(establishment, YEAR)
    return [(line.candidate.last_name, line.result.outcome, line.is_again) for line in made.to_send]


class Files:
    """A gateway that takes everything but the results of `unknown`."""

    unknown: frozenset = frozenset()

    def __init__(self, unknown=()):
        self.unknown = frozenset(unknown)
        self.sent = []

    def send(self, uai, year, results):
        self.sent.append((uai, year, list(results)))
        return Sent({(r.ine, r.attestation): "INE inconnu" for r in results if r.ine in self.unknown})


def export(establishment, gateway=None, now=NOW):
    return actions.export_results(establishment=establishment, year=YEAR, now=now, gateway=gateway or Files())


# --- What goes ------------------------------------------------------------------------------------------------------


def test_admitted_and_failed_go_and_nobody_else(establishment):
    sat(establishment, 15, last_name="ADMISE")
    sat(establishment, 9, last_name="ÉCHOUÉ")
    sat(establishment, 15, last_name="ENTRAÎNÉ", kind=ExamKind.TRAINING)
    absent = sat(establishment, 15, last_name="ABSENT")
    absent.state, absent.mark, absent.closed_at = SittingState.NOT_STARTED, None, None
    absent.save()
    assert plan(establishment) == [("ADMISE", "admitted", False), ("ÉCHOUÉ", "failed", False)]
    assert queries.export_plan(establishment, YEAR).waiting == 2


def test_the_result_carries_what_siecle_needs(establishment):
    sitting = sat(establishment, 15, siecle_id="500001", identifier="071340028HH")
    line = queries.export_plan(establishment, YEAR).to_send[0]
    day = timezone.localtime(sitting.exam.starts_at, establishment.zone).date()
    assert line.result == Result("071340028HH", "500001", "ASSR1", "admitted", day)


def test_the_day_is_the_establishment_s(other_establishment):
    evening = datetime(YEAR, 3, 14, 21, 30, tzinfo=UTC)  # the 15th at half past one on La Réunion
    sitting = sat(other_establishment, 15)
    sitting.exam.starts_at, sitting.exam.ends_at = evening, evening + timedelta(hours=3)
    sitting.exam.save()
    assert queries.export_plan(other_establishment, YEAR).to_send[0].result.day == date(YEAR, 3, 15)


def test_admitted_once_wins_and_else_the_latest(establishment):
    first = sat(establishment, 15, days_ago=3, last_name="ADMISE").candidate
    sat(establishment, 5, days_ago=1, candidate=first)
    second = sat(establishment, 5, days_ago=3, last_name="RATTRAPÉ").candidate
    sat(establishment, 12, days_ago=1, candidate=second)
    assert plan(establishment) == [("ADMISE", "admitted", False), ("RATTRAPÉ", "admitted", False)]


def test_each_attestation_is_a_result_of_its_own(establishment):
    candidate = sat(establishment, 15, days_ago=3).candidate
    sat(establishment, 15, candidate=candidate, attestation="ASSR2")
    lines = queries.export_plan(establishment, YEAR).to_send
    assert [line.result.attestation for line in lines] == ["ASSR1", "ASSR2"]


def test_others_results_and_other_years_stay(establishment, other_establishment):
    sat(other_establishment, 15)
    last_year = sat(establishment, 15)
    last_year.exam.year = YEAR - 1
    last_year.exam.save()
    assert plan(establishment) == []


# --- What cannot go -------------------------------------------------------------------------------------------------


def test_why_a_result_cannot_go(establishment):
    sat(establishment, 15, last_name="A", export_to_siecle=False)
    sat(establishment, 15, last_name="B", identifier="ESR-ABCDEFGH")
    made = queries.export_plan(establishment, YEAR)
    assert made.to_send == []
    assert [(line.candidate.last_name, line.problem) for line in made.left_out] == [
        ("A", "La case « Résultat du candidat à exporter vers SIECLE BEE » n’est pas cochée."),
        ("B", "Ce candidat n’a pas d’INE : SIECLE BEE ne peut pas le reconnaître."),
    ]


def test_who_was_never_met_in_siecle_goes_with_a_warning(establishment):
    sat(establishment, 15, in_siecle=False)
    line = queries.export_plan(establishment, YEAR).to_send[0]
    assert line.warning == "Aucun import depuis SIECLE BEE ne connaît ce candidat : vérifiez son INE."


def test_refused_by_siecle_stays_to_be_sent_and_says_so(establishment):
    sitting = sat(establishment, 15, identifier="071340028HH")
    sat(establishment, 15, identifier="071340029HJ")
    made = export(establishment, Files(unknown=["071340028HH"]))
    assert sorted(made.results.values_list("ine", "problem")) == [("071340028HH", "INE inconnu"), ("071340029HJ", "")]
    (line,) = queries.export_plan(establishment, YEAR).to_send
    assert (line.result.ine, line.warning, line.is_again) == (
        "071340028HH",
        "Refusé la dernière fois : INE inconnu",
        False,
    )
    Candidate.objects.filter(pk=sitting.candidate_id).update(identifier="071340099ZZ")
    (line,) = queries.export_plan(establishment, YEAR).to_send
    assert line.warning == ""
    export(establishment)
    assert plan(establishment) == []


# --- Once -----------------------------------------------------------------------------------------------------------


def test_a_result_goes_once(establishment):
    sat(establishment, 15)
    export(establishment)
    assert plan(establishment) == []
    assert queries.export_plan(establishment, YEAR).unchanged == 1
    gateway = Files()
    with pytest.raises(actions.NothingToExport):
        export(establishment, gateway)
    assert (gateway.sent, SiecleExport.objects.count()) == ([], 1)


def test_a_result_that_changed_goes_again(establishment):
    candidate = sat(establishment, 5, days_ago=3, last_name="RATTRAPÉ").candidate
    export(establishment)
    sat(establishment, 12, days_ago=1, candidate=candidate)
    assert plan(establishment) == [("RATTRAPÉ", "admitted", True)]
    export(establishment)
    assert plan(establishment) == []


def test_an_ine_that_was_corrected_goes_again(establishment):
    candidate = sat(establishment, 15).candidate
    export(establishment)
    Candidate.objects.filter(pk=candidate.pk).update(identifier="071340099ZZ")
    assert len(plan(establishment)) == 1


def test_a_result_that_comes_back_to_what_went_before_goes_again(establishment):
    """Failed, admitted, then that exam deleted: SIECLE BEE must hear of the failure again."""
    candidate = sat(establishment, 5, days_ago=3).candidate
    export(establishment, now=NOW - timedelta(hours=2))
    better = sat(establishment, 12, days_ago=1, candidate=candidate)
    export(establishment, now=NOW - timedelta(hours=1))
    better.exam.delete()
    assert [outcome for _, outcome, _ in plan(establishment)] == ["failed"]


def test_two_exports_at_the_same_time_take_each_result_once(establishment):
    sat(establishment, 15)

    class Slow(Files):
        def send(self, uai, year, results):
            export(establishment)  # somebody else's, while the network takes its time
            return Sent()

    with pytest.raises(actions.NothingToExport):
        export(establishment, Slow())
    assert ExportedResult.objects.filter(problem="").count() == 1


def test_a_result_that_comes_during_the_sending_waits_for_the_next(establishment):
    sat(establishment, 15, last_name="PREMIÈRE")

    class Slow(Files):
        def send(self, uai, year, results):
            sat(establishment, 15, last_name="SUIVANTE")
            return Sent()

    assert [row.candidate.last_name for row in export(establishment, Slow()).results.all()] == ["PREMIÈRE"]
    assert plan(establishment) == [("SUIVANTE", "admitted", False)]


def test_nothing_is_kept_of_a_sending_that_failed(establishment):
    sat(establishment, 15)

    class Down(Files):
        def send(self, uai, year, results):
            raise Refused("SIECLE BEE est en panne.")

    with pytest.raises(Refused):
        export(establishment, Down())
    assert (SiecleExport.objects.count(), len(plan(establishment))) == (0, 1)


def test_somebody_deleted_during_the_sending(establishment):
    sat(establishment, 15, last_name="RESTE")
    left = sat(establishment, 15, last_name="PARTI").candidate

    class Slow(Files):
        def send(self, uai, year, results):
            left.delete()
            return Sent()

    assert [row.candidate.last_name for row in export(establishment, Slow()).results.all()] == ["RESTE"]


def test_deleting_a_candidate_deletes_what_was_exported(establishment):
    candidate = sat(establishment, 15).candidate
    export(establishment)
    candidate.delete()
    assert ExportedResult.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(establishment, django_assert_num_queries, count):
    for _ in range(count):
        sat(establishment, 15)
        sat(establishment, 15, export_to_siecle=False)
    with django_assert_num_queries(3):
        queries.export_plan(establishment, YEAR)


# --- The files ------------------------------------------------------------------------------------------------------

BATCH = results.Batch(
    uai="0750655E",
    year=2026,
    made_at=datetime(2026, 3, 16, 9, 30, 15, tzinfo=UTC),
    results=[
        Result("071340028HH", "500001", "ASSR1", "admitted", date(2026, 3, 14)),
        Result("130564139AC", "", "ASSR2", "failed", date(2026, 3, 15)),
    ],
)


def schema():
    return etree.XMLSchema(etree.parse(SCHEMA))


def test_xml_holds_to_its_schema():
    document = etree.fromstring(results.as_xml(BATCH))
    schema().assertValid(document)
    assert dict(document.attrib) == {
        "version": "1",
        "uai": "0750655E",
        "session": "2026",
        "emisLe": "2026-03-16T09:30:15Z",
    }
    assert [[child.text for child in result] for result in document] == [
        ["071340028HH", "500001", "ASSR1", "ADMIS", "2026-03-14"],
        ["130564139AC", "ASSR2", "ECHOUE", "2026-03-15"],
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ADMIS", b"PEUT-ETRE"),
        (b">ASSR1<", b">BSR<"),
        (b"2026-03-14", b"14/03/2026"),
        (b'uai="0750655E"', b'uai="0750655"'),
        (b'version="1"', b'version="2"'),
        (b"<ine>071340028HH</ine>", b""),
        (b"<ine>071340028HH</ine>", b"<ine></ine>"),
        (b"130564139AC</ine>\n    <attestation>ASSR2", b"071340028HH</ine>\n    <attestation>ASSR1"),
    ],
)
def test_the_schema_refuses_what_is_not_the_format(old, new):
    content = results.as_xml(BATCH)
    assert old in content
    assert not schema().validate(etree.fromstring(content.replace(old, new)))


def test_csv():
    text = results.as_csv(BATCH).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";")) == [
        ["Format", "UAI", "Session", "INE", "ELEVE_ID", "Attestation", "Résultat", "Date"],
        ["esr-resultats-1", "0750655E", "2026", "071340028HH", "500001", "ASSR1", "ADMIS", "14/03/2026"],
        ["esr-resultats-1", "0750655E", "2026", "130564139AC", "", "ASSR2", "ECHOUE", "15/03/2026"],
    ]


def test_json():
    document = json.loads(results.as_json(BATCH))
    assert {name: document[name] for name in ("format", "version", "uai", "session", "emisLe")} == {
        "format": "esr-resultats",
        "version": 1,
        "uai": "0750655E",
        "session": 2026,
        "emisLe": "2026-03-16T09:30:15Z",
    }
    assert document["resultats"][0] == {
        "ine": "071340028HH",
        "eleveId": "500001",
        "attestation": "ASSR1",
        "resultat": "ADMIS",
        "date": "2026-03-14",
    }


@pytest.mark.parametrize("write", [results.as_csv, results.as_xml, results.as_json])
def test_no_name_and_no_birth_date_in_the_files(establishment, write):
    private = {"last_name": "SECRETE", "first_name": "Prénomsecret", "birth_date": date(1999, 12, 24), "division": "5X"}
    sat(establishment, 17, identifier="071340028HH", **private)
    content = write(queries.exported_batch(export(establishment))).decode()
    assert "071340028HH" in content
    assert not [secret for secret in ("SECRETE", "Prénomsecret", "1999", "5X") if secret in content]


def test_a_result_is_told_without_the_mark():
    assert set(json.loads(results.as_json(BATCH))["resultats"][0]) == {
        "ine",
        "eleveId",
        "attestation",
        "resultat",
        "date",
    }


# --- The pages ------------------------------------------------------------------------------------------------------


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_the_page_says_what_goes_and_what_does_not(head_client, establishment):
    sat(establishment, 15, last_name="PARTANTE", identifier="071340028HH")
    sat(establishment, 15, last_name="SANSINE", identifier="ESR-ABCDEFGH")
    response = head_client.get(URL)
    page = response.content.decode()
    assert "<h1>Exporter les résultats vers SIECLE BEE</h1>" in page
    assert [line.candidate.last_name for line in response.context["plan"].to_send] == ["PARTANTE"]
    assert "SIECLE BEE ne peut pas le reconnaître" in page
    assert not SiecleExport.objects.exists()


def test_the_list_s_menu_leads_there(head_client):
    assert f'href="{URL}">Exporter les résultats vers SIECLE BEE' in head_client.get("/candidats/").content.decode()


def test_from_the_button_to_the_files(head_client, establishment):
    sat(establishment, 15, last_name="PARTANTE", identifier="071340028HH", siecle_id="500001", division="5A")
    sat(establishment, 15, last_name="SANSINE", identifier="ESR-ABCDEFGH")
    response = head_client.post(URL, follow=True)
    made = SiecleExport.objects.get()
    assert response.redirect_chain == [(reverse("siecle_export_detail", args=[made.pk]), 302)]
    assert messages(response) == ["L’export est prêt : téléchargez le fichier et le reçu."]
    xml = head_client.get(f"{URL}{made.pk}/resultats/xml/")
    schema().assertValid(etree.fromstring(xml.content))
    assert xml.headers["Content-Disposition"] == f'attachment; filename="resultats-siecle-{made.pk}.xml"'
    assert xml.headers["Cache-Control"] == "private, no-store"
    assert head_client.get(f"{URL}{made.pk}/resultats/xml/").content == xml.content
    assert (
        json.loads(head_client.get(f"{URL}{made.pk}/resultats/json/").content)["resultats"][0]["ine"] == "071340028HH"
    )
    assert b"071340028HH" in head_client.get(f"{URL}{made.pk}/resultats/csv/").content
    receipt = head_client.get(f"{URL}{made.pk}/recu/csv/").content.decode("utf-8-sig")
    day = timezone.localtime(NOW - timedelta(days=1), establishment.zone).strftime("%d/%m/%Y")
    assert list(csv.reader(io.StringIO(receipt), delimiter=";")) == [
        ["Nom", "Prénom", "Classe", "INE", "ELEVE_ID", "Attestation", "Résultat", "Date", "Exporté", "Pourquoi"],
        ["PARTANTE", "Lily", "5A", "071340028HH", "500001", "ASSR1", "Admis", day, "oui", ""],
        ["SANSINE", "Lily", "5A", "", "", "ASSR1", "Admis", day, "non", queries.NO_INE],
    ]
    sheet = load_workbook(io.BytesIO(head_client.get(f"{URL}{made.pk}/recu/xlsx/").content)).active
    assert (sheet.max_row, sheet["A2"].value) == (3, "PARTANTE")
    again = head_client.post(URL, follow=True)
    assert messages(again) == ["Il n’y a pas de nouveau résultat à exporter."]
    assert SiecleExport.objects.count() == 1
    page = head_client.get(URL).content.decode()
    assert f'href="{URL}{made.pk}/"' in page
    assert ": 1 exporté, 1 non exporté</li>" in page


@pytest.mark.parametrize("path", ["resultats/pdf/", "recu/xml/", "resultats/xlsx/"])
def test_other_formats_do_not_exist(head_client, establishment, path):
    sat(establishment, 15)
    assert head_client.get(f"{URL}{export(establishment).pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "resultats/xml/", "resultats/csv/", "recu/csv/"])
def test_another_establishment_s_export_does_not_exist(other_head_client, establishment, path):
    sat(establishment, 15)
    assert other_head_client.get(f"{URL}{export(establishment).pk}/{path}").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_supervisor_has_no_part_in_it(supervisor_client, method):
    assert getattr(supervisor_client, method)(URL).status_code == 403


def test_an_establishment_without_uai(head_client, establishment):
    establishment.identifier_kind, establishment.identifier = IdentifierKind.EPIDE, "EPIDE-X"
    establishment.save()
    sat(establishment, 15)
    page = head_client.post(URL).content.decode()
    assert "Votre établissement n’est pas concerné" in page
    assert not SiecleExport.objects.exists()


# --- Over the network -----------------------------------------------------------------------------------------------


def through_the_network(client, answer, settings, callbacks):
    with running(lambda *_: answer, settings) as service:
        with callbacks(execute=True):
            response = client.post(URL)
        return service, client.get(response["Location"])


def test_results_are_sent_by_a_worker(head_client, establishment, settings, django_capture_on_commit_callbacks):
    sat(establishment, 15, identifier="071340028HH")
    sat(establishment, 15, identifier="071340029HJ")
    answer = Answer(body={"refuses": [{"ine": "071340028HH", "attestation": "ASSR1", "motif": "INE inconnu"}]})
    service, response = through_the_network(head_client, answer, settings, django_capture_on_commit_callbacks)
    made = SiecleExport.objects.get()
    assert response["Location"] == reverse("siecle_export_detail", args=[made.pk])
    assert service.asked[-1][1] == "/sygne/v1/etablissements/0750655E/resultats"
    page = head_client.get(response["Location"]).content.decode()
    assert "Les résultats exportés ont été envoyés à SIECLE BEE." in page
    assert "INE inconnu" in page


def test_a_sending_that_fails_says_why(
    head_client, establishment, settings, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr("candidates.siecle.sygne.PAUSES", ())
    sat(establishment, 15)
    _, response = through_the_network(head_client, Answer(503), settings, django_capture_on_commit_callbacks)
    page = response.content.decode()
    assert "SIECLE BEE est en panne ou en maintenance." in page
    assert f'href="{URL}">Recommencer' in page
    assert not SiecleExport.objects.exists()
