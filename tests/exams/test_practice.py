"""The public site: what it shows, what it never shows, and that it leaves no trace of anybody."""

import gzip
import json
import re
from itertools import product

import pytest
from django.urls import reverse

from exams import rules
from exams.bank import source
from exams.enums import QuestionState, QuestionUse, Theme
from exams.models import Question
from exams.queries import practice
from tests.factories import QuestionFactory, make_bank
from tests.test_rights import address, patterns

pytestmark = pytest.mark.django_db

ATTESTATIONS = ["ASSR1", "ASSR2", "ASR", "AER"]
PAGES = ["preparation", "practice", "self_test", "practice_questions"]


def url(name: str, attestation: str = "ASSR1") -> str:
    return reverse(name, args=[attestation])


def questions(client, attestation: str = "ASSR1") -> list[dict]:
    return client.get(url("practice_questions", attestation)).json()


def page_data(client, name: str, attestation: str = "ASSR1") -> dict:
    page = client.get(url(name, attestation)).content.decode()
    return json.loads(re.search(r'<script id="player-data" type="application/json">(.*?)</script>', page).group(1))


# --- Never a question that is kept for exams -------------------------------------------------------------------------


@pytest.fixture
def secret_and_open(db) -> tuple[list[Question], list[Question]]:
    """A bank for exams and one for training, told apart by a word in everything they say."""
    kept, shown = make_bank(), make_bank()
    for word, use, bank in (("SECRET", QuestionUse.EXAM, kept), ("OUVERTE", QuestionUse.TRAINING, shown)):
        for question in bank:
            question.propositions.update(text=f"{word} proposition")
            Question.objects.filter(pk=question.pk).update(
                use=use,
                statement=f"{word} énoncé {question.pk}",
                explanation=f"{word} explication",
                scene=f"{word} scène",
                competence=f"{word} compétence",
                media=f"{word}{question.pk}",
            )
    return kept, shown


def public_addresses() -> list[str]:
    """Every address of the site that anyone may ask, those of each attestation included."""
    found = []
    for route, _, view in patterns():
        if getattr(view, "access", None) != "public" or "<int:pk>" in route:
            continue
        if "<attestation:attestation>" in route:
            found += ["/" + route.replace("<attestation:attestation>", name.lower()) for name in ATTESTATIONS]
        else:
            found.append(address(route, None, None)[0])
    return found


def guesses(paths: list[str], secrets: list[Question]) -> list[str]:
    """The same addresses with the keys and codes of the questions tried in every place that might take one."""
    tried = []
    for path, question in product(paths, secrets[:3]):
        for guess in (question.pk, question.code, question.media):
            words = ("q", "id", "question", "code", "question_id", "pk")
            tried += [f"{path}?{word}={guess}" for word in words] + [f"{path}{guess}/", f"{path}{guess}.json"]
    asked = ("use=exam", "usage=exam", "kind=exam", "mode=exam", "type=examen", "all=1")
    return tried + [f"{path}?{query}" for path, query in product(paths, asked)]


def test_no_public_address_shows_a_question_kept_for_exams(client, secret_and_open):
    secrets, _ = secret_and_open
    paths = public_addresses()
    assert {url(name, a) for name, a in product(PAGES, ATTESTATIONS)} < set(paths)
    shown = set()
    for path in [*paths, *guesses([p for p in paths if p == "/" or p.startswith("/preparation/")], secrets)]:
        content = client.get(path).content.decode()
        assert "SECRET" not in content, path
        shown |= {path} if "OUVERTE" in content else set()
    assert {url("practice_questions", a) for a in ATTESTATIONS} <= shown  # the walk sees what there is to see


def test_a_site_that_showed_them_would_be_caught(client, secret_and_open, monkeypatch):
    monkeypatch.setattr(type(Question.objects.all()), "for_kind", lambda self, kind: self)
    assert "SECRET" in client.get(url("practice_questions")).content.decode()


def test_the_pool_is_of_the_attestation_and_open_to_training(client):
    one = QuestionFactory(use=QuestionUse.TRAINING, for_assr2=False)
    both = QuestionFactory(use=QuestionUse.BOTH, expected="AC", theme=Theme.SPEED)
    QuestionFactory(use=QuestionUse.EXAM)
    assert {q["q"] for q in questions(client, "ASSR1")} == {one.pk, both.pk}
    (alone,) = questions(client, "ASSR2")
    assert (alone["q"], alone["expected"], alone["theme"]) == (both.pk, "AC", "vitesse")
    assert (alone["explanation"], alone["multiple"], alone["audioDescription"]) == (both.explanation, True, None)
    described = {q["audioDescription"] for q in questions(client, "AER")}
    assert described == {f"/media/bank/{q.media}/description.m4a" for q in (one, both)}


@pytest.mark.parametrize("state", [state for state in QuestionState if state != QuestionState.PUBLISHED])
def test_drafts_and_retired_versions_are_not_shown(client, state):
    QuestionFactory(state=state, use=QuestionUse.TRAINING)
    assert client.get(url("practice_questions")).status_code == 404


# --- Nothing about anybody -------------------------------------------------------------------------------------------


def test_no_cookie_and_no_writing_whatever_is_asked(client):
    """The strict client refuses a GET that writes."""
    make_bank()
    for path in ["/", *(url(name, a) for name, a in product(PAGES, ATTESTATIONS))]:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.cookies == {}, path
        assert "csrfmiddlewaretoken" not in response.content.decode(), path
        assert client.post(path, {"q": "1"}).status_code == 405, path
    assert client.cookies == {}


def test_pages_may_be_kept_by_a_cache_and_the_pool_is_asked_again_for_nothing(client, django_assert_num_queries):
    make_bank()
    for path in ["/", *(url(name) for name in PAGES)]:
        assert client.get(path)["Cache-Control"] == "public, max-age=60"
    with django_assert_num_queries(0):
        for path in ["/", *(url(name) for name in PAGES)]:
            client.get(path)
    response = client.get(url("practice_questions"))
    assert client.get(url("practice_questions"), headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_change_of_the_bank_changes_the_version(client, monkeypatch):
    monkeypatch.setattr(practice, "POOL_SECONDS", 0)
    first, *_ = make_bank()
    before = client.get(url("practice_questions"))
    Question.objects.filter(pk=first.pk).update(explanation="Autrement dit.")
    after = client.get(url("practice_questions"), headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert "Autrement dit." in after.content.decode()


def test_the_pool_is_small_on_the_way(client):
    """Of the real bank: what a class of thirty fetches at once."""
    for item in source.load():
        QuestionFactory(statement=item.statement, explanation=item.explanation, scene=item.scene.description)
    response = client.get(url("practice_questions"), headers={"Accept-Encoding": "gzip"})
    plain = gzip.decompress(response.content)
    assert len(json.loads(plain)) == len(source.load())
    assert len(response.content) < len(plain) / 3


# --- What there is to choose -----------------------------------------------------------------------------------------


def test_the_home_page_leads_everywhere(client):
    page = client.get("/").content.decode()
    links = dict(re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>', page))
    for attestation in ATTESTATIONS:
        assert links[url("preparation", attestation)] == attestation
    assert links[reverse("exam_number")] == "Passer une épreuve"
    assert links[reverse("account_login")] == "Se connecter"
    assert "Aide</h2>" in page


@pytest.mark.parametrize("attestation", ATTESTATIONS)
def test_the_two_ways_have_the_names_of_the_handbook(client, attestation):
    make_bank()
    page = client.get(url("preparation", attestation)).content.decode()
    assert f">Je m&#x27;entraîne à l&#x27;{attestation}</a>" in page or f">Je m'entraîne à l'{attestation}</a>" in page
    assert f">Je me teste à l'{attestation}</a>" in page
    assert f"{len(rules.BLUEPRINT) * 7} questions" in page


def test_themes_say_how_many_questions_they_have(client):
    make_bank()
    Question.objects.filter(theme=Theme.SPEED).delete()
    Question.objects.filter(pk__in=Question.objects.filter(theme=Theme.PASSENGERS).values("pk")[1:]).delete()
    page = client.get(url("practice")).content.decode()
    rows = re.findall(r'value="([a-z-]+)" id="theme-[a-z-]+" data-count="(\d+)" checked', page)
    assert rows == [(t.value, "1" if t == Theme.PASSENGERS else "7") for t in Theme if t != Theme.SPEED]
    assert "(1 question)" in page


def test_an_empty_bank_says_so(client):
    page = client.get(url("preparation")).content.decode()
    assert "Les questions arrivent bientôt" in page
    assert url("practice") not in page
    assert client.get(url("practice_questions")).status_code == 404
    for name in ("practice", "self_test"):
        page = client.get(url(name)).content.decode()
        assert "Les questions arrivent bientôt" in page
        assert "player-data" not in page


def test_a_bank_too_small_for_a_test_trains_all_the_same(client):
    QuestionFactory()
    page = client.get(url("preparation")).content.decode()
    assert url("practice") in page
    assert url("self_test") not in page
    page = client.get(url("self_test")).content.decode()
    assert "Le test arrive bientôt" in page
    assert "player-data" not in page


@pytest.mark.parametrize(
    "path", ["/preparation/", "/preparation/bsr/", "/preparation/ASSR1/", "/preparation/assr12/test/"]
)
def test_other_addresses_are_nothing(client, path):
    assert client.get(path).status_code == 404


def test_the_modes_of_the_player_are_those_of_the_rules(client):
    make_bank()
    assert page_data(client, "practice")["mode"] == {
        "timed": False,
        "controls": True,
        "corrects": True,
        "delivers": False,
    }
    data = page_data(client, "self_test")
    assert data["mode"] == {"timed": True, "controls": False, "corrects": False, "delivers": False}
    assert (data["answerMs"], data["blueprint"], data["passMark"]) == ([45_000, 60_000], rules.BLUEPRINT, 10)


def test_without_scripts_a_page_with_a_player_says_what_to_do(client):
    make_bank()
    for name in ("practice", "self_test"):
        page = client.get(url(name)).content.decode()
        loading = page[page.index('data-screen="loading"') :].split("</section>")[0]
        assert "JavaScript est désactivé" in loading
        assert "une version à jour de Firefox" in loading
