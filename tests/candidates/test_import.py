"""« Importer une liste de candidats »: upload, preview, confirmation."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from candidates import actions
from candidates.models import Candidate, ImportDraft
from tests.factories import CandidateFactory

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
    assert "Déjà dans votre liste ?" in page
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


def test_every_error_is_shown_and_nothing_is_kept(head_client):
    response = upload(head_client, LILY, f";;Zoé;{BORN};;;ASSR3;", "x;Durand;Ali;32/01/2012;;;ASSR1;")
    assert response.status_code == 200
    assert [(e.line, e.column) for e in response.context["errors"]] == [
        (3, "Nom de famille"),
        (3, "Attestation"),
        (4, "Date de naissance"),
    ]
    page = response.content.decode()
    assert "Rien n’a été importé : 3 erreurs dans « classe.csv »" in page
    assert page.count("Cette information est obligatoire.") == 1
    assert "32/01/2012" in page
    assert not ImportDraft.objects.exists()
    assert not Candidate.objects.exists()


def test_a_very_bad_file_shows_the_first_errors(head_client, monkeypatch):
    monkeypatch.setattr("candidates.views.school.MAX_ERRORS", 2)
    response = upload(head_client, *["x;;;;;;;"] * 2)
    assert len(response.context["errors"]) == 2
    assert response.context["count"] == 8
    assert "Seules les 2 premières erreurs sont montrées" in response.content.decode()


def test_an_ine_of_somebody_else_is_an_error(head_client, establishment):
    known(establishment=establishment, birth_date=date(YEAR - 14, 1, 1))
    response = upload(head_client, LILY)
    assert [(e.line, e.column) for e in response.context["errors"]] == [(2, "INE")]
    assert not ImportDraft.objects.exists()


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
    assert response.context["form"].errors["file"] == ["Choisissez d’abord le fichier CSV de votre liste."]


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
    assert messages(response)[0] == "Colonnes ignorées, car elles ne sont pas demandées : Régime."


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
    actions.confirm_import(draft=draft, seen=seen)
    draft.pk = 1  # the second click had read the draft before the first deleted it
    with pytest.raises(actions.ListChanged):
        actions.confirm_import(draft=draft, seen=seen)
    assert Candidate.objects.count() == 1


def test_an_import_abandoned_in_the_meantime_is_not_confirmed(head_client):
    url = preview(head_client, LILY)
    draft = ImportDraft.objects.get()
    seen = head_client.get(url).context["preview"].fingerprint
    ImportDraft.objects.all().delete()
    with pytest.raises(actions.ListChanged):
        actions.confirm_import(draft=draft, seen=seen)
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
    draft = actions.keep_draft(establishment=establishment, year=YEAR - 1, filename="x.csv", rows=[])
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
        with django_assert_max_num_queries(5) as captured:  # session, user, membership, draft, list
            seen = head_client.get(url).context["preview"].fingerprint
        previews.append(len(captured))
        with django_assert_max_num_queries(12) as captured:
            head_client.post(url, {"seen": seen})
        confirmations.append(len(captured))
    assert Candidate.objects.count() == 64
    assert len(set(previews)) == len(set(confirmations)) == 1
