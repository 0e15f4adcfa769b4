"""« Ajouter un candidat » and « Modifier un candidat »."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates import actions
from candidates.models import Candidate
from tests.factories import CandidateFactory

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year
JULIE = {
    "last_name": "Boutin",
    "first_name": "Julie",
    "birth_date": f"06/10/{YEAR - 13}",
    "division": "5A",
    "sex": "F",
    "identifier": "145582309FT",
    "attestation": "ASSR1",
    "extra_time": "on",
}


def add(client, **values):
    return client.post(reverse("candidate_add"), JULIE | values, follow=True)


def form_errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_fields_of_the_handbook_in_its_order(head_client):
    response = head_client.get(reverse("candidate_add"))
    assert [str(field.label) for field in response.context["form"]] == [
        "Nom",
        "Prénom",
        "Date de naissance",
        "Classe",
        "Sexe",
        "INE / Identifiant candidat",
        "Attestation",
        "Candidat avec tiers-temps",
        "Résultat du candidat à exporter vers SIECLE BEE",
    ]
    page = response.content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Ajouter un candidat"]
    assert re.findall(r'<button type="submit" class="fr-btn">(.*?)</button>', page) == ["Ajouter le candidat"]
    assert ">Annuler</a>" in page


def test_add(head_client, establishment):
    response = add(head_client)
    assert messages(response) == ["Le candidat BOUTIN Julie est ajouté à votre liste. Identifiant : 145582309FT."]
    assert response.redirect_chain[-1][0] == reverse("candidate_list")
    candidate = Candidate.objects.get()
    assert (candidate.establishment, candidate.year) == (establishment, YEAR)
    assert (candidate.last_name, candidate.first_name, candidate.birth_date) == (
        "BOUTIN",
        "Julie",
        date(YEAR - 13, 10, 6),
    )
    assert (candidate.division, candidate.sex, candidate.attestation) == ("5A", "F", "ASSR1")
    assert (candidate.extra_time, candidate.export_to_siecle) == (True, False)


def test_add_without_ine(head_client):
    add(head_client, identifier=" ", division="", sex="")
    assert re.fullmatch(r"ESR-[2-9A-HJKMNP-Z]{8}", Candidate.objects.get().identifier)


def test_unusual_ine_is_a_warning(head_client):
    response = add(head_client, identifier="12 345 x")
    assert messages(response)[1:] == ["L’INE 12345X n’a pas une forme habituelle : vérifiez-le."]
    assert Candidate.objects.get().identifier == "12345X"


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"last_name": ""}, {"last_name": ["Ce champ est obligatoire."]}),
        ({"first_name": "\u200b"}, {"first_name": ["Ce champ est obligatoire."]}),
        ({"birth_date": "06/10/12"}, {"birth_date": ["Écrivez la date comme 03/04/2012."]}),
        ({"birth_date": "31/02/2012"}, {"birth_date": ["Écrivez la date comme 03/04/2012."]}),
        (
            {"birth_date": f"06/10/{YEAR - 9}"},
            {
                "birth_date": [
                    f"Cette personne aurait 9 ans en {YEAR}, et un candidat a de 10 à 80 ans : vérifiez l’année."
                ]
            },
        ),
        (
            {"last_name": "ß" * 51},
            {"last_name": ["Assurez-vous que cette valeur comporte au plus 100 caractères (actuellement 102)."]},
        ),
        ({"identifier": "1" * 21}, {"identifier": ["Ce texte est trop long : 21 caractères pour 20 au plus."]}),
    ],
)
def test_what_is_refused(head_client, values, errors):
    assert form_errors(add(head_client, **values)) == errors
    assert not Candidate.objects.exists()


def test_only_the_attestations_of_the_category(head_client):
    choices = head_client.get(reverse("candidate_add")).context["form"].fields["attestation"].choices
    assert [value for value, _ in choices] == ["", "ASSR1", "ASSR2", "AER"]
    assert list(form_errors(add(head_client, attestation="ASR"))) == ["attestation"]


def test_an_identifier_of_the_list_is_refused_beside_the_field(head_client, establishment, other_establishment):
    CandidateFactory(establishment=other_establishment, identifier="145582309FT")
    CandidateFactory(establishment=establishment, identifier="145582309FT", year=YEAR - 1)
    add(head_client)
    response = add(head_client, identifier="145582309 ft")
    assert form_errors(response) == {"identifier": ["Un candidat de votre liste porte déjà cet INE / identifiant."]}
    assert Candidate.objects.of(establishment).of_year(YEAR).count() == 1


def test_an_identifier_taken_in_the_meantime_is_refused_too(head_client, establishment, monkeypatch):
    CandidateFactory(establishment=establishment, identifier="145582309FT")
    monkeypatch.setattr("candidates.forms.CandidateForm.clean_identifier", lambda form: form.cleaned_data["identifier"])
    response = add(head_client)
    assert form_errors(response) == {"identifier": ["Un candidat de votre liste porte déjà cet INE / identifiant."]}


def edit(client, candidate, **values):
    return client.post(reverse("candidate_edit", args=[candidate.pk]), JULIE | values, follow=True)


def test_edit(head_client, establishment):
    candidate = CandidateFactory(establishment=establishment, export_to_siecle=True)
    page = head_client.get(reverse("candidate_edit", args=[candidate.pk])).content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Modifier un candidat"]
    assert re.findall(r'<button type="submit" class="fr-btn">(.*?)</button>', page) == ["Sauvegarder les modifications"]
    assert f'value="{candidate.birth_date:%d/%m/%Y}"' in page
    response = edit(head_client, candidate)
    assert messages(response) == ["Le candidat BOUTIN Julie est modifié. Identifiant : 145582309FT."]
    candidate.refresh_from_db()
    assert (candidate.last_name, candidate.extra_time, candidate.export_to_siecle) == ("BOUTIN", True, False)


def test_its_own_identifier_is_no_duplicate(head_client, establishment):
    candidate = CandidateFactory(establishment=establishment, identifier="145582309FT")
    assert edit(head_client, candidate).redirect_chain


@pytest.mark.parametrize(
    ("before", "after"), [("ESR-ABCDEFGH", r"ESR-ABCDEFGH"), ("145582309FT", r"ESR-[2-9A-HJKMNP-Z]{8}")]
)
def test_an_emptied_identifier(head_client, establishment, before, after):
    """The platform's own stays; an INE taken away gives way to one of the platform's."""
    candidate = CandidateFactory(establishment=establishment, identifier=before)
    edit(head_client, candidate, identifier="")
    candidate.refresh_from_db()
    assert re.fullmatch(after, candidate.identifier)


def test_a_deleted_candidate_does_not_come_back(establishment):
    candidate = CandidateFactory(establishment=establishment)
    stale = Candidate.objects.get(pk=candidate.pk)
    candidate.delete()
    with pytest.raises(Candidate.DoesNotExist):
        actions.change_candidate(candidate=stale, fields=["last_name"])
    assert not Candidate.objects.exists()


def test_an_edit_writes_its_own_fields_only(establishment):
    candidate = CandidateFactory(establishment=establishment, division="5A")
    stale = Candidate.objects.get(pk=candidate.pk)
    Candidate.objects.update(division="5B")
    actions.change_candidate(candidate=stale, fields=["last_name"])
    candidate.refresh_from_db()
    assert candidate.division == "5B"


def test_whose_candidate_it_is(head_client, other_head_client, supervisor_client, client, establishment):
    candidate = CandidateFactory(establishment=establishment, last_name="SECRET")
    old = CandidateFactory(establishment=establishment, year=YEAR - 1)
    for method in ("get", "post"):
        url = reverse("candidate_edit", args=[candidate.pk])
        assert getattr(other_head_client, method)(url, JULIE).status_code == 404
        assert getattr(supervisor_client, method)(url, JULIE).status_code == 403
        assert getattr(supervisor_client, method)(reverse("candidate_add"), JULIE).status_code == 403
        assert getattr(client, method)(url, JULIE).status_code == 302
        assert getattr(head_client, method)(reverse("candidate_edit", args=[old.pk]), JULIE).status_code == 404
    candidate.refresh_from_db()
    assert candidate.last_name == "SECRET"
