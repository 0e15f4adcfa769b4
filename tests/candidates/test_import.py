"""« Importer une liste de candidats »: upload, preview, confirmation."""

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from candidates import actions
from candidates.models import Candidate, ImportDraft
from candidates.rules import ImportRow, Reading, RowError, SetAside
from esr.core.templatetags.components import french
from exams.actions import confirm_import
from exams.models import Sitting
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year
HEADER = "INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE"
BORN = f"03/04/{YEAR - 13}"
LILY = f"130564139AC;Martin;Lily;{BORN};5A;F;ASSR1;oui"
ALI = f";Durand;Ali;{BORN};;;ASSR2;"


def upload(client, *lines, name="classe.csv"):
    content = "\r\n".join((HEADER, *lines)).encode()
    return client.post(reverse("candidate_import"), {"file": SimpleUploadedFile(name, content)})


def preview(client, *lines):
    """Upload good lines; the address of their preview."""
    response = upload(client, *lines)
    assert response.status_code == 302
    return response["Location"]


def confirm(client, url, **kwargs):
    seen = client.get(url).context["preview"].fingerprint
    return client.post(url, {"seen": seen}, **kwargs)


def messages(response):
    return [str(message) for message in response.context["messages"]]


def known(**values):
    return CandidateFactory(
        **{"identifier": "130564139AC", "last_name": "MARTIN", "birth_date": date(YEAR - 13, 4, 3)} | values
    )


def listed(establishment):
    fields = ("last_name", "first_name", "birth_date", "division", "sex", "attestation", "export_to_siecle")
    return list(Candidate.objects.of(establishment).order_by("last_name").values_list(*fields))


def test_page(head_client):
    page = head_client.get(reverse("candidate_import")).content.decode()
    assert "<h1>Importer une liste de candidats</h1>" in page
    assert "Importer fichier CSV" in page
    assert "Importer fichier csv" in page
    assert "Charger la liste des candidats au format CSV" in page


def test_template_goes_round(head_client, establishment):
    """The template, filled by its own examples' side, is accepted by the page that offers it."""
    response = head_client.get(reverse("candidate_template"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="modele-candidats.csv"'
    filled = [*response.content.decode("utf-8-sig").splitlines(), LILY]
    assert filled[0] == HEADER
    confirm(head_client, preview(head_client, *filled[1:]))
    assert [line[0] for line in listed(establishment)] == ["MARTIN"]


def test_import_from_start_to_end(head_client, establishment):
    url = preview(head_client, LILY, ALI)
    assert not Candidate.objects.exists()
    response = confirm(head_client, url, follow=True)
    assert listed(establishment) == [
        ("DURAND", "Ali", date(YEAR - 13, 4, 3), "", "", "ASSR2", False),
        ("MARTIN", "Lily", date(YEAR - 13, 4, 3), "5A", "F", "ASSR1", True),
    ]
    assert set(Candidate.objects.values_list("year", flat=True)) == {YEAR}
    assert messages(response) == [
        "Import terminé. Candidats ajoutés : 2 ; mis à jour : 0 ; inchangés : 0 ; non importés : 0."
    ]
    assert not ImportDraft.objects.exists()


def test_without_ine_the_platform_gives_an_identifier(head_client):
    lines = [f";Durand;Ali {n};{BORN};;;ASSR2;" for n in "abc"]
    confirm(head_client, preview(head_client, *lines))
    identifiers = Candidate.objects.values_list("identifier", flat=True)
    assert len(set(identifiers)) == 3
    assert all(re.fullmatch(r"ESR-[2-9A-HJKMNP-Z]{8}", identifier) for identifier in identifiers)


def test_the_same_file_again_has_nothing_to_do(head_client):
    confirm(head_client, preview(head_client, LILY, ALI))
    before = list(Candidate.objects.values())
    url = preview(head_client, LILY, ALI)
    response = head_client.get(url)
    shown = response.context["preview"]
    assert (shown.added, shown.updated, shown.same, shown.doubts) == (0, 0, 2, 0)
    assert "Il n’y a rien à enregistrer" in response.content.decode()
    assert "Confirmer l’import" not in response.content.decode()
    assert list(Candidate.objects.values()) == before


def test_what_changes_is_shown_old_and_new(head_client, establishment):
    candidate = known(establishment=establishment, division="5B", sex="", extra_time=True)
    url = preview(head_client, LILY)
    page = head_client.get(url).content.decode()
    for change in ("Classe : 5B → 5A", "Sexe : Non renseigné → Féminin", "SIECLE : non → oui"):
        assert change in page
    confirm(head_client, url)
    candidate.refresh_from_db()
    assert (candidate.division, candidate.sex, candidate.export_to_siecle) == ("5A", "F", True)
    assert candidate.extra_time is True  # no column of the file


def test_a_doubt_is_shown_and_left_out(head_client, establishment):
    known(establishment=establishment, identifier="130564140AD")
    url = preview(head_client, LILY, ALI)
    page = head_client.get(url).content.decode()
    assert "À décider" in page
    assert "avec l’identifiant 130564140AD." in page
    confirm(head_client, url)
    assert [line[0] for line in listed(establishment)] == ["DURAND", "MARTIN"]


def test_unusual_ine_is_a_warning_only(head_client):
    url = preview(head_client, LILY.replace("130564139AC", "12345"), ALI.replace("ASSR2;", "ASSR2;oui"))
    page = head_client.get(url).content.decode()
    assert page.count("Cet INE n’a pas une forme habituelle : vérifiez-le.") == 1
    assert page.count("Sans INE, le résultat ne pourra pas être exporté vers SIECLE BEE.") == 1
    confirm(head_client, url)
    assert Candidate.objects.filter(identifier="12345").exists()


def refused(client, *lines):
    """The preview of a file with errors: nothing of it can be confirmed."""
    url = preview(client, *lines)
    draft = ImportDraft.objects.get()
    assert draft.rows == []
    seen = client.get(url).context["preview"].fingerprint
    assert client.post(url, {"seen": seen})["Location"] == url
    return client.get(url)


def test_every_error_is_shown_and_nothing_is_written(head_client):
    response = refused(head_client, LILY, f";;Zoé;{BORN};;;ASSR3;", "x;Durand;Ali;32/01/2012;;;ASSR1;")
    assert [(e.line, e.column) for e in response.context["errors"]] == [
        (3, "Nom de famille"),
        (3, "Attestation"),
        (4, "Date de naissance"),
    ]
    page = response.content.decode()
    assert "Rien n’a été importé&nbsp;: 3 erreurs dans «&nbsp;classe.csv&nbsp;»" in page
    assert page.count("Cette information est obligatoire : remplissez cette case.") == 1
    assert "32/01/2012" in page
    assert "Confirmer l’import" not in page
    assert not Candidate.objects.exists()


def test_a_very_bad_file_shows_the_first_errors(head_client, monkeypatch):
    monkeypatch.setattr("exams.views.candidate_import.MAX_ERRORS", 2)
    response = refused(head_client, *["x;;;;;;;"] * 2)
    assert len(response.context["errors"]) == 2
    page = response.content.decode()
    assert "8 erreurs" in page
    assert "Seules les 2 premières erreurs sont montrées ici" in page


def test_an_ine_of_somebody_else_is_an_error(head_client, establishment):
    known(establishment=establishment, birth_date=date(YEAR - 14, 1, 1))
    response = refused(head_client, LILY)
    assert [(e.line, e.column) for e in response.context["errors"]] == [(2, "INE")]


# --- The error report -----------------------------------------------------------------------------------------------


def report(client, file_format):
    pk = ImportDraft.objects.get().pk
    return client.get(reverse("candidate_import_errors", args=[pk, file_format]))


BAD = ("130564139AC;'=Martin;Lily;32/01/2012;5A;F;ASSR1;oui", ALI, "1,4E+09;Roux;;03/04/2012;;;ASSR1;;trop")


def test_the_error_report_keeps_every_line_and_says_what_is_wrong(head_client):
    refused(head_client, *BAD)
    response = report(head_client, "csv")
    assert response["Content-Disposition"] == 'attachment; filename="candidats-a-corriger.csv"'
    assert response["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [*HEADER.split(";"), "", "Erreur"]
    assert [row[:-1] for row in rows[1:]] == [[*line.split(";"), *[""] * (8 - line.count(";"))] for line in BAD]
    wrong = [row[-1] for row in rows[1:]]
    assert wrong[0].startswith("Date de naissance : Cette date n’existe pas")
    assert wrong[1] == ""
    assert [part in wrong[2] for part in ("INE : ", "Prénom : ", "Fin de ligne : ")] == [True] * 3


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_corrected_report_is_imported(head_client, establishment, file_format):
    refused(head_client, *BAD)
    content = report(head_client, file_format).content
    if file_format == "csv":
        text = content.decode("utf-8-sig").replace("32/01/2012", BORN)
        corrected = text.replace("1,4E+09;Roux;;", "130564140AD;Roux;Zoé;").replace(";trop;", ";;").encode()
    else:
        book = load_workbook(io.BytesIO(content))
        sheet = book.active
        assert [cell.value for cell in sheet[1]] == [*HEADER.split(";"), None, "Erreur"]
        sheet["D2"], sheet["A4"], sheet["C4"], sheet["I4"] = BORN, "130564140AD", "Zoé", None
        out = io.BytesIO()
        book.save(out)
        corrected = out.getvalue()
    file = SimpleUploadedFile(f"corrige.{file_format}", corrected)
    url = head_client.post(reverse("candidate_import"), {"file": file})["Location"]
    shown = head_client.get(url).context["preview"]
    assert (shown.notes, shown.errors, shown.added) == ([], [], 3)
    confirm(head_client, url)
    assert [line[:2] for line in listed(establishment)] == [("=MARTIN", "Lily"), ("DURAND", "Ali"), ("ROUX", "Zoé")]


def test_what_still_stands_beside_the_titles_is_still_an_error(head_client):
    """The report gives the stray cell a column without a title: it must not be swallowed on the way back."""
    refused(head_client, BAD[2])
    file = SimpleUploadedFile("corrige.csv", report(head_client, "csv").content)
    url = head_client.post(reverse("candidate_import"), {"file": file})["Location"]
    assert "Fin de ligne" in [error.column for error in head_client.get(url).context["errors"]]


def test_there_is_no_report_of_a_good_file(head_client, other_head_client):
    preview(head_client, LILY)
    assert report(head_client, "csv").status_code == 404
    refused_url = upload(head_client, "x;;;;;;;")["Location"]
    assert report(head_client, "pdf").status_code == 404
    assert report(other_head_client, "csv").status_code == 404
    assert other_head_client.get(refused_url).status_code == 404


# --- What a person decides ------------------------------------------------------------------------------------------


def decide(client, url, **data):
    seen = client.get(url).context["preview"].fingerprint
    return client.post(url, {"seen": seen, **data}, follow=True)


TWO_INES = LILY.replace("130564139AC", "130564140AD")


@pytest.mark.parametrize(
    ("choice", "identifiers", "told"),
    [
        (None, ["130564139AC"], "ajoutés : 0 ; mis à jour : 0 ; inchangés : 0 ; non importés : 1."),
        ("skip", ["130564139AC"], "ajoutés : 0 ; mis à jour : 0 ; inchangés : 0 ; non importés : 1."),
        ("add", ["130564139AC", "130564140AD"], "ajoutés : 1 ; mis à jour : 0 ; inchangés : 0 ; non importés : 0."),
        ("update", ["130564140AD"], "ajoutés : 0 ; mis à jour : 1 ; inchangés : 0 ; non importés : 0."),
    ],
)
def test_the_same_person_or_another(head_client, establishment, choice, identifiers, told):
    candidate = known(establishment=establishment)
    url = preview(head_client, TWO_INES)
    page = head_client.get(url).content.decode()
    assert "C’est la même personne que MARTIN Lily (130564139AC, 5A) : la mettre à jour" in page
    assert "INE : 130564139AC → 130564140AD" in page
    value = f"update:{candidate.pk}" if choice == "update" else choice
    response = decide(head_client, url, **({"line-2": value} if choice else {}))
    assert messages(response) == [f"Import terminé. Candidats {told}"]
    assert sorted(Candidate.objects.values_list("identifier", flat=True)) == identifiers


@pytest.mark.parametrize(
    ("choice", "people"),
    [("skip", [("MARTIN", "5A")]), ("merge:2", [("MARTIN", "5B")]), ("add", [("MARTIN", "5A"), ("MARTIN", "5B")])],
)
def test_the_same_person_twice_in_the_file(head_client, choice, people):
    url = preview(head_client, LILY, f";martin;LILY;{BORN};5B;;ASSR1;")
    assert head_client.get(url).context["preview"].doubts == 1
    decide(head_client, url, **{"line-3": choice})
    assert sorted(Candidate.objects.values_list("last_name", "division")) == people


def test_the_very_same_line_twice_is_no_question(head_client):
    url = preview(head_client, LILY, LILY.replace("130564139AC", ""))
    shown = head_client.get(url).context["preview"]
    assert (shown.added, shown.same, shown.doubts) == (1, 1, 0)
    assert "Identique à la ligne 2." in head_client.get(url).content.decode()


def test_two_decisions_that_exclude_each_other(head_client, establishment):
    candidate = known(establishment=establishment)
    url = preview(head_client, TWO_INES, LILY.replace("130564139AC", "130564141AE"))
    update = f"update:{candidate.pk}"
    response = decide(head_client, url, **{"line-2": update, "line-3": update})
    assert messages(response) == [
        "Votre choix pour la ligne 3 en contredit un autre : deux lignes ne peuvent pas mettre à jour le même "
        "candidat. Rien n’a été enregistré."
    ]
    assert f'value="{update}" checked' in response.content.decode()  # the decisions are still there
    candidate.refresh_from_db()
    assert candidate.identifier == "130564139AC"
    assert ImportDraft.objects.count() == 1


def test_a_decision_that_was_not_offered_writes_nothing(head_client, establishment, other_establishment):
    known(establishment=establishment)
    foreign = known(establishment=other_establishment)
    url = preview(head_client, TWO_INES)
    for data in ({"line-2": f"update:{foreign.pk}"}, {"line-2": "x"}, {"agreed": "2"}, {"removed": foreign.pk}):
        response = decide(head_client, url, **data)
        assert "Rien n’a été enregistré" in messages(response)[0]
    assert sorted(Candidate.objects.values_list("identifier", flat=True)) == ["130564139AC"] * 2


def test_more_decisions_than_a_page_asks(head_client, establishment, monkeypatch):
    monkeypatch.setattr("candidates.queries.MAX_DECISIONS", 1)
    known(establishment=establishment)
    url = preview(head_client, TWO_INES, LILY.replace("130564139AC", "130564141AE"))
    response = head_client.get(url)
    assert (len(response.context["questions"]), response.context["preview"].unasked) == (1, 1)
    response = decide(head_client, url, **{"line-2": "add"})
    assert messages(response)[0].endswith("ajoutés : 1 ; mis à jour : 0 ; inchangés : 0 ; non importés : 1.")


# --- Who already sat an exam ----------------------------------------------------------------------------------------


def sat(candidate, **values):
    return SittingFactory(exam=ExamFactory(establishment=candidate.establishment), candidate=candidate, **values)


@pytest.mark.parametrize("state", [{"closed": True}, {"state": "running"}])
def test_who_sat_an_exam_keeps_name_and_attestation(head_client, establishment, state):
    candidate = known(establishment=establishment, last_name="MARTINE", division="5B", sex="F")
    sat(candidate, **state)
    url = preview(head_client, LILY.replace("ASSR1", "ASSR2"))
    page = head_client.get(url).content.decode()
    for told in ("Classe : 5B → 5A", "Avec votre accord, Nom : MARTINE → MARTIN", "A déjà passé une épreuve."):
        assert told in page
    decide(head_client, url)
    candidate.refresh_from_db()
    assert (candidate.last_name, candidate.attestation, candidate.division) == ("MARTINE", "ASSR1", "5A")


def test_who_sat_an_exam_changes_with_an_agreement(head_client, establishment):
    candidate = known(establishment=establishment, last_name="MARTINE")
    sat(candidate, closed=True)
    decide(head_client, preview(head_client, LILY.replace("ASSR1", "ASSR2")), agreed="2")
    candidate.refresh_from_db()
    assert (candidate.last_name, candidate.attestation) == ("MARTIN", "ASSR2")


def test_who_is_only_registered_changes_and_it_is_said(head_client, establishment):
    candidate = known(establishment=establishment, last_name="MARTINE")
    sat(candidate)
    url = preview(head_client, LILY)
    assert "Inscrit à une épreuve à venir" in head_client.get(url).content.decode()
    decide(head_client, url)
    candidate.refresh_from_db()
    assert candidate.last_name == "MARTIN"


def test_an_exam_begun_since_the_preview_is_seen(head_client, establishment):
    candidate = known(establishment=establishment, last_name="MARTINE")
    sitting = sat(candidate)
    url = preview(head_client, LILY)
    seen = head_client.get(url).context["preview"].fingerprint
    Sitting.objects.filter(pk=sitting.pk).update(state="running")
    response = head_client.post(url, {"seen": seen}, follow=True)
    assert messages(response)[0].startswith("Votre liste de candidats a changé depuis cet aperçu.")
    candidate.refresh_from_db()
    assert candidate.last_name == "MARTINE"


# --- From SIECLE BEE ------------------------------------------------------------------------------------------------


def pupil(n, **values):
    row = ImportRow(
        n, f"{130564000 + n}AC", f"NOM {n}", "Lily", date(YEAR - 13, 4, 3), "5A", "F", "ASSR1", True, f"{n}", True
    )
    return replace(row, **values)


def from_siecle(client, establishment, rows, **reading):
    """The address of the preview of these pupils."""
    draft = actions.keep_draft(
        establishment=establishment,
        year=YEAR,
        filename="",
        source="siecle",
        reading=Reading(rows, **{"errors": [], "notes": []} | reading),
    )
    return reverse("candidate_import_preview", args=[draft.pk])


@pytest.fixture
def school_of_five(head_client, establishment):
    """Five pupils imported from SIECLE BEE, and one candidate added by hand."""
    decide(head_client, from_siecle(head_client, establishment, [pupil(n) for n in range(1, 6)]))
    known(establishment=establishment)
    return {c.siecle_id: c for c in Candidate.objects.filter(in_siecle=True)}


def test_a_school_is_imported_again_without_change(head_client, establishment, school_of_five):
    assert len(school_of_five) == 5
    before = list(Candidate.objects.order_by("pk").values())
    response = head_client.get(from_siecle(head_client, establishment, [pupil(n) for n in range(1, 6)]))
    shown = response.context["preview"]
    assert (shown.added, shown.updated, shown.same, shown.doubts, shown.gone) == (0, 0, 5, 0, [])
    assert "Confirmer l’import" not in response.content.decode()
    assert list(Candidate.objects.order_by("pk").values()) == before


def test_pupils_who_left_are_offered_and_only_the_ticked_go(head_client, establishment, school_of_five):
    """One who sat an exam stays; so does the candidate whom SIECLE BEE never had."""
    sat(school_of_five["3"], closed=True)
    url = from_siecle(head_client, establishment, [pupil(5)])
    shown = head_client.get(url).context["preview"]
    assert [(str(g.candidate), g.can_be_removed) for g in shown.gone] == [
        ("NOM 1 Lily", True), ("NOM 2 Lily", True), ("NOM 3 Lily", False), ("NOM 4 Lily", True),
    ]  # fmt: skip
    assert "A déjà passé une épreuve : reste dans votre liste." in head_client.get(url).content.decode()
    response = decide(head_client, url, removed=[school_of_five["1"].pk, school_of_five["4"].pk])
    assert messages(response)[0].startswith("Import terminé. Candidats ajoutés : 0 ; mis à jour : 0 ; retirés : 2 ;")
    assert sorted(Candidate.objects.values_list("last_name", flat=True)) == ["MARTIN", "NOM 2", "NOM 3", "NOM 5"]


def test_who_sat_an_exam_is_not_removed_whatever_is_sent(head_client, establishment, school_of_five):
    sat(school_of_five["3"], closed=True)
    response = decide(head_client, from_siecle(head_client, establishment, [pupil(5)]), removed=school_of_five["3"].pk)
    assert "Rien n’a été enregistré" in messages(response)[0]
    assert Candidate.objects.count() == 6


def test_nobody_is_removed_from_an_active_exam(head_client, establishment, school_of_five):
    sat(school_of_five["1"])
    response = decide(head_client, from_siecle(head_client, establishment, [pupil(5)]), removed=school_of_five["1"].pk)
    assert messages(response) == [
        "Une épreuve est en cours : attendez sa fin pour retirer un candidat qui y est inscrit. Rien n’a été "
        "enregistré."
    ]
    assert Candidate.objects.count() == 6
    assert ImportDraft.objects.count() == 1


def test_who_is_refused_or_not_concerned_has_not_left(head_client, establishment, school_of_five):
    url = from_siecle(
        head_client,
        establishment,
        [pupil(5)],
        errors=[RowError(1, "Date de naissance", "", "…", "NOM 1 Lily", ["NOM 1 Lily"])],
        set_aside=[
            SetAside("X", "4A", "…", ["130564002AC"]),
            SetAside("X", "4A", "…", ["3"]),
            SetAside("X", "4A", "…", ["130564004AC"], is_gone=True),
        ],
    )
    response = head_client.get(url)
    assert [g.candidate.last_name for g in response.context["preview"].gone] == ["NOM 4"]
    assert "Élèves non concernés (3)" in response.content.decode()
    assert "Élèves refusés" in response.content.decode()


def test_a_refused_pupil_does_not_stop_the_others(head_client, establishment):
    known(establishment=establishment, identifier="130564001AC", birth_date=date(YEAR - 14, 1, 1))
    url = from_siecle(head_client, establishment, [pupil(1), pupil(2)])
    response = head_client.get(url)
    assert [(e.place, e.column) for e in response.context["preview"].errors] == [("NOM 1 Lily", "INE")]
    decide(head_client, url)
    assert sorted(Candidate.objects.values_list("last_name", flat=True)) == ["MARTIN", "NOM 2"]


def test_what_the_school_decided_by_hand_is_not_undone(head_client, establishment, school_of_five):
    """C4: AER is assigned by hand; D2: the flag is taken off to print an attestation here."""
    Candidate.objects.filter(siecle_id="1").update(attestation="AER", export_to_siecle=False)
    url = from_siecle(head_client, establishment, [pupil(n) for n in range(1, 6)])
    assert head_client.get(url).context["preview"].updated == 0


def test_a_pupil_without_ine_is_known_by_their_number(head_client, establishment):
    decide(head_client, from_siecle(head_client, establishment, [pupil(1, identifier="")]))
    url = from_siecle(head_client, establishment, [pupil(1, last_name="AUTRE NOM")])
    decide(head_client, url)
    assert list(Candidate.objects.values_list("last_name", "identifier")) == [("AUTRE NOM", "130564001AC")]


# --- Other lists ----------------------------------------------------------------------------------------------------


def test_the_list_of_another_establishment_or_year_is_not_looked_at(head_client, establishment, other_establishment):
    known(establishment=other_establishment, birth_date=date(YEAR - 14, 1, 1))
    known(establishment=establishment, year=YEAR - 1, birth_date=date(YEAR - 14, 1, 1))
    url = preview(head_client, LILY)
    assert head_client.get(url).context["preview"].added == 1
    confirm(head_client, url)
    assert Candidate.objects.of(establishment).of_year(YEAR).count() == 1


def test_file_problems_stand_beside_the_field(head_client):
    url = reverse("candidate_import")
    for file, message in [
        (
            SimpleUploadedFile("vide.csv", b""),
            "Ce fichier est vide. Téléchargez le modèle, remplissez-le et importez-le.",
        ),
        (
            SimpleUploadedFile("gros.csv", b"x" * (2 * 1024 * 1024 + 60_000)),
            "Ce fichier pèse 2,1 Mo, pour 2,0 Mo au plus. Partagez la liste en plusieurs fichiers, ou ne gardez que "
            "les colonnes demandées.",
        ),
    ]:
        response = head_client.post(url, {"file": file})
        assert response.context["form"].errors["file"] == [message]
    response = head_client.post(url, {})
    assert response.context["form"].errors["file"] == ["Choisissez d’abord le fichier de votre liste."]


def test_missing_columns_are_all_named(head_client):
    file = SimpleUploadedFile("x.csv", b"Nom;Naissance le\nMartin;x\n")
    response = head_client.post(reverse("candidate_import"), {"file": file})
    assert response.context["form"].errors["file"] == [
        "La colonne « Prénom » manque : ajoutez-la ou corrigez son titre.",
        "La colonne « Date de naissance » manque : ajoutez-la ou corrigez son titre.",
        "La colonne « Attestation » manque : ajoutez-la ou corrigez son titre.",
        "Titres non reconnus : Naissance le.",
    ]


def test_notes_are_told_on_the_preview(head_client):
    content = f"Nom;Prénom;Date de naissance;Attestation;Régime\nMartin;Lily;{BORN};ASSR1;DP\n".encode()
    response = head_client.post(
        reverse("candidate_import"), {"file": SimpleUploadedFile("x.csv", content)}, follow=True
    )
    told = "Colonnes ignorées, car elles ne sont pas demandées : Régime."
    assert response.context["preview"].notes[0] == told
    reloaded = head_client.get(response.redirect_chain[-1][0])
    assert french(told) in reloaded.content.decode()


@pytest.mark.parametrize("name", ["élèves 5A.csv", "a" * 300 + ".csv", "\x00\u202e.csv"])
def test_any_file_name(head_client, name):
    assert head_client.get(preview_named(head_client, name)).status_code == 200


def preview_named(client, name):
    response = upload(client, LILY, name=name)
    assert response.status_code == 302
    return response["Location"]


def test_a_draft_replaces_the_establishment_s_earlier_one(head_client, other_head_client):
    preview(other_head_client, LILY)
    first = preview(head_client, LILY)
    second = preview(head_client, ALI)
    assert ImportDraft.objects.count() == 2
    assert head_client.get(first).status_code == 404
    assert head_client.get(second).status_code == 200


def test_cancelling_deletes_the_draft(head_client):
    url = preview(head_client, LILY)
    pk = ImportDraft.objects.get().pk
    response = head_client.post(reverse("candidate_import_cancel", args=[pk]), follow=True)
    assert messages(response) == ["L’import est abandonné : votre liste n’a pas changé."]
    assert head_client.get(url).status_code == 404
    assert not Candidate.objects.exists()


def test_preview_is_paginated_and_shows_doubts_first(head_client, establishment):
    known(establishment=establishment, identifier="130564140AD")
    lines = [f";Durand;Ali {'abcdefgh'[n // 10]}{'klmnopqrst'[n % 10]};{BORN};;;ASSR2;" for n in range(60)]
    url = preview(head_client, *lines, LILY)
    page = head_client.get(url).context["page"]
    assert (len(page), page.paginator.count) == (50, 61)
    assert page[0].action == "doubt"
    assert len(head_client.get(url, {"page": 2}).context["page"]) == 11


# --- What happens between the preview and the confirmation ---------------------------------------------------------


def test_a_list_that_changed_is_previewed_again(head_client, establishment):
    url = preview(head_client, LILY)
    seen = head_client.get(url).context["preview"].fingerprint
    known(establishment=establishment)
    response = head_client.post(url, {"seen": seen}, follow=True)
    assert messages(response) == [
        "Votre liste de candidats a changé depuis cet aperçu. Rien n’a été enregistré : vérifiez le nouvel aperçu et "
        "confirmez à nouveau."
    ]
    assert response.context["preview"].updated == 1
    assert Candidate.objects.get().export_to_siecle is False
    assert ImportDraft.objects.count() == 1


def test_a_list_that_now_contradicts_the_file_cannot_be_confirmed(head_client, establishment):
    url = preview(head_client, LILY, ALI)
    known(establishment=establishment, birth_date=date(YEAR - 14, 1, 1))
    response = head_client.get(url)
    assert len(response.context["preview"].errors) == 1
    assert "Confirmer l’import" not in response.content.decode()
    head_client.post(url, {"seen": response.context["preview"].fingerprint})
    assert [line[0] for line in listed(establishment)] == ["MARTIN"]


@pytest.mark.parametrize("data", [{}, {"seen": ""}, {"seen": "0" * 64}])
def test_only_what_was_seen_is_confirmed(head_client, data):
    url = preview(head_client, LILY)
    assert head_client.post(url, data)["Location"] == url
    assert not Candidate.objects.exists()


def test_confirming_twice_adds_once(head_client):
    url = preview(head_client, LILY)
    draft = ImportDraft.objects.get()
    seen = head_client.get(url).context["preview"].fingerprint
    confirm_import(draft=draft, seen=seen, now=timezone.now())
    draft.pk = 1  # the second click had read the draft before the first deleted it
    with pytest.raises(actions.ListChanged):
        confirm_import(draft=draft, seen=seen, now=timezone.now())
    assert Candidate.objects.count() == 1


def test_an_import_abandoned_in_the_meantime_is_not_confirmed(head_client):
    url = preview(head_client, LILY)
    draft = ImportDraft.objects.get()
    seen = head_client.get(url).context["preview"].fingerprint
    ImportDraft.objects.all().delete()
    with pytest.raises(actions.ListChanged):
        confirm_import(draft=draft, seen=seen, now=timezone.now())
    assert not Candidate.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(head_client, establishment, monkeypatch):
    candidate = known(establishment=establishment, division="5B")
    url = preview(head_client, LILY, ALI)

    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("candidates.actions._write_changes", fail)
    with pytest.raises(RuntimeError):
        confirm(head_client, url)
    candidate.refresh_from_db()
    assert (Candidate.objects.count(), candidate.division) == (1, "5B")
    assert ImportDraft.objects.count() == 1


def test_a_draft_of_last_year_is_gone(head_client, establishment):
    draft = actions.keep_draft(
        establishment=establishment, year=YEAR - 1, filename="x.csv", reading=Reading([], [], [])
    )
    assert head_client.get(reverse("candidate_import_preview", args=[draft.pk])).status_code == 404


# --- Access -------------------------------------------------------------------------------------------------------


def test_another_establishment_s_draft_does_not_exist(head_client, other_head_client):
    url = preview(head_client, LILY)
    seen = head_client.get(url).context["preview"].fingerprint
    pk = ImportDraft.objects.get().pk
    assert other_head_client.get(url).status_code == 404
    assert other_head_client.post(url, {"seen": seen}).status_code == 404
    assert other_head_client.post(reverse("candidate_import_cancel", args=[pk])).status_code == 404
    assert ImportDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [
        ("get", "candidate_import", []),
        ("post", "candidate_import", []),
        ("get", "candidate_template", []),
        ("get", "candidate_import_preview", [1]),
        ("post", "candidate_import_preview", [1]),
        ("post", "candidate_import_cancel", [1]),
    ],
)
def test_a_supervisor_does_not_import(supervisor_client, client, method, name, args):
    url = reverse(name, args=args)
    assert getattr(supervisor_client, method)(url).status_code == 403
    assert getattr(client, method)(url).status_code == 302


def test_cancel_is_no_link(head_client):
    preview(head_client, LILY)
    pk = ImportDraft.objects.get().pk
    assert head_client.get(reverse("candidate_import_cancel", args=[pk])).status_code == 405


def test_queries_do_not_grow_with_the_file(head_client, django_assert_max_num_queries):
    previews, confirmations = [], []
    for letter, count in [("A", 1), ("B", 3), ("C", 60)]:
        lines = [f"1305{n:05}{letter}C;Martin {letter};Lily {n};{BORN};5A;F;ASSR1;oui" for n in range(count)]
        url = preview(head_client, *lines)
        with django_assert_max_num_queries(6) as captured:  # session, user, membership, draft, list, sittings
            seen = head_client.get(url).context["preview"].fingerprint
        previews.append(len(captured))
        with django_assert_max_num_queries(16) as captured:
            head_client.post(url, {"seen": seen})
        confirmations.append(len(captured))
    assert Candidate.objects.count() == 64
    assert len(set(previews)) == len(set(confirmations)) == 1
