"""Every file of the corpus, loaded by a head: its verdict, no crash, nothing half written, a remedy for everything."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from tests.corpus.files import Accepted, Case, Errors, Refusal, cases
from tests.factories import CandidateFactory

pytestmark = pytest.mark.django_db

CASES = list(cases(timezone.now().year))

# What a message asks of its reader.
REMEDY = re.compile(
    r"\b(écrivez|corrigez|supprimez|saisissez|donnez|remplacez|vérifiez|mettez|choisissez|ajoutez|enregistrez|partagez|"
    r"importez|téléchargez|gardez|copiez|remplissez|modifiez|raccourcissez|ouvrez|refaites|chargez|"
    r"il faut|titres attendus)\b",
    re.IGNORECASE,
)


def test_the_corpus_is_large_and_names_each_file_once():
    bad = [case for case in CASES if not isinstance(case.verdict, Accepted)]
    assert len(CASES) >= 150
    assert len(bad) >= 120
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file(head_client, establishment, case: Case):
    CandidateFactory(establishment=establishment, last_name="DÉJÀ LÀ")
    before = list(Candidate.objects.values())
    file = SimpleUploadedFile(f"liste.{case.extension}", case.content)
    door = "siecle_import" if case.extension == "xml" else "candidate_import"
    response = head_client.post(reverse(door), {"file": file, "possible": "on"}, follow=True)
    assert response.status_code == 200
    assert list(Candidate.objects.values()) == before
    CHECKS[type(case.verdict)](head_client, response, case.verdict)
    if not isinstance(case.verdict, Accepted):
        assert list(Candidate.objects.values()) == before


def _is_refused(client, response, verdict: Refusal):
    messages = response.context["form"].errors["file"]
    assert messages[0].startswith(verdict.beginning)
    assert REMEDY.search(" ".join(messages)), messages


def _has_errors(client, response, verdict: Errors):
    shown = response.context["preview"]
    of_siecle = response.context["draft"].source == "siecle"
    places = [(error.who if of_siecle else error.line, error.column) for error in shown.errors]
    assert tuple(places) == verdict.places
    for error in shown.errors:
        assert error.place == (error.who if of_siecle else f"Ligne {error.line}")
        assert REMEDY.search(error.message), error.message
    if not of_siecle:
        _is_reported(client, response, shown, verdict)


def _is_reported(client, response, shown, verdict: Errors):
    """Nothing of it can be confirmed; its report, loaded again as it is, has the same errors."""
    url = response.redirect_chain[-1][0]
    again = client.post(url, {"seen": shown.fingerprint}, follow=True)
    assert "Rien n’a été enregistré" in str(list(again.context["messages"])[-1])
    for file_format in ("csv", "xlsx"):
        report = client.get(f"{url}erreurs/{file_format}/")
        assert report.status_code == 200
        loaded = client.post(
            reverse("candidate_import"), {"file": SimpleUploadedFile(f"x.{file_format}", report.content)}, follow=True
        )
        # Nothing was corrected: the same columns are wrong, and the report's own column is no matter.
        columns = {error.column for error in loaded.context["preview"].errors}
        assert columns == {column for _, column in verdict.places}
        url = loaded.redirect_chain[-1][0]


def _is_accepted(client, response, verdict: Accepted):
    shown = response.context["preview"]
    assert shown.errors == []
    assert len([note for note in shown.notes if "absentes" not in note]) == verdict.notes
    assert (shown.added, shown.doubts) == (verdict.candidates, verdict.doubts)
    client.post(response.redirect_chain[-1][0], {"seen": shown.fingerprint})
    assert Candidate.objects.count() == 1 + verdict.candidates


CHECKS = {Refusal: _is_refused, Errors: _has_errors, Accepted: _is_accepted}
