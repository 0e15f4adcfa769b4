"""« Liste des candidats »: results, search, order, downloads, deletions."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO

import factory
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from candidates import actions
from candidates.models import Candidate
from esr.core.models import Job
from esr.core.templatetags.components import french
from exams import queries
from exams.enums import SittingState
from exams.models import Exam, Sitting
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
YEAR = timezone.now().year
URL = "/candidats/"


@pytest.fixture
def people(establishment):
    return partial(CandidateFactory, establishment=establishment)


def sat(candidate, days=0, exam=None, **values):
    """A sitting of `candidate` in an exam that started `days` after NOW (a minus means before)."""
    exam = exam or ExamFactory(
        establishment=candidate.establishment, attestation=candidate.attestation, starts_at=NOW + timedelta(days=days)
    )
    return SittingFactory(exam=exam, candidate=candidate, **values)


def result(candidate, now=NOW):
    found = queries.candidate_results(candidate.establishment, 2026, now).get(candidate.pk)
    return str(found) if found else ""


def names(response):
    return [str(line.candidate) for line in response.context["page"]]


def messages(response):
    return [str(message) for message in response.context["messages"]]


# --- Résultat (C2) --------------------------------------------------------------------------------------------------


@pytest.fixture
def lily(people):
    return people(year=2026, last_name="ALEXANDRE", first_name="Lily")


def test_nothing_before_any_exam(lily):
    assert result(lily) == ""


def test_registered(lily):
    sat(lily, days=7)
    assert result(lily) == "Épreuve le 22/03/2026"


@pytest.mark.parametrize(("mark", "text"), [(20, "Admis"), (10, "Admis"), (9, "Échoué"), (0, "Échoué")])
def test_closed(lily, mark, text):
    sat(lily, days=-1, closed=True, mark=mark)
    assert result(lily) == f"{text} le 14/03/2026"


@pytest.mark.parametrize(
    ("state", "after_start", "text"),
    [
        (SittingState.NOT_STARTED, timedelta(hours=3, seconds=-1), "Épreuve"),
        (SittingState.NOT_STARTED, timedelta(hours=3), "Absent"),
        (SittingState.RUNNING, timedelta(hours=1), "Épreuve"),
        # Never graded by itself, and not absent: the result file may still come.
        (SittingState.RUNNING, timedelta(days=5), "Épreuve"),
    ],
)
def test_not_closed(lily, state, after_start, text):
    sat(lily, state=state)
    assert result(lily, NOW + after_start) == f"{text} le 15/03/2026"


def test_admitted_wins_over_what_comes_later(lily):
    sat(lily, days=-9, closed=True, mark=15)
    sat(lily, days=-3, rattrapage=True)
    sat(lily, days=3, state=SittingState.VOID)
    assert result(lily) == "Admis le 06/03/2026"


def test_otherwise_the_latest_exam_speaks(lily):
    rattrapage = sat(lily, days=-3, closed=True, mark=4, rattrapage=True)
    sat(lily, days=-9)
    assert result(lily) == "Échoué le 12/03/2026"
    rattrapage.delete()
    sat(lily, days=5, rattrapage=True)
    assert result(lily) == "Épreuve le 20/03/2026"


def test_trainings_do_not_count(lily):
    exam = ExamFactory(establishment=lily.establishment, kind="training", starts_at=NOW - timedelta(days=9))
    sat(lily, exam=exam, closed=True, mark=20)
    assert result(lily) == ""


def test_an_exam_of_another_attestation_does_not_count(lily):
    """An ASSR1 passed before the head entered the candidate for the AER is no AER."""
    sat(lily, days=-1, closed=True, mark=20)
    Candidate.objects.update(attestation="AER")
    assert result(lily) == ""


def test_the_day_is_the_establishment_s_own(other_establishment):
    """22:30 UTC on the 14th is the 15th in Réunion."""
    candidate = CandidateFactory(establishment=other_establishment, year=2026)
    sat(
        candidate,
        exam=ExamFactory(establishment=other_establishment, starts_at=datetime(2026, 3, 14, 22, 30, tzinfo=UTC)),
    )
    assert result(candidate) == "Absent le 15/03/2026"


def test_results_of_another_establishment_or_year_are_not_read(lily):
    sat(CandidateFactory(establishment=EstablishmentFactory(), year=2026), days=-1, closed=True)
    assert queries.candidate_results(lily.establishment, 2026, NOW) == {}
    sat(lily, days=-1, closed=True)
    assert queries.candidate_results(lily.establishment, 2025, NOW) == {}


def test_results_name_their_sitting(lily):
    sitting = sat(lily, days=-1, closed=True)
    found = queries.candidate_results(lily.establishment, 2026, NOW)[lily.pk]
    assert (found.sitting_id, found.date, found.outcome) == (sitting.pk, date(2026, 3, 14), "admitted")


# --- The page (C1, C3) ----------------------------------------------------------------------------------------------


def test_empty_list_says_what_to_do(head_client):
    page = head_client.get(URL).content.decode()
    assert "Votre liste ne contient encore aucun candidat" in page
    assert reverse("candidate_import") in page
    assert "<table" not in page


def test_columns_and_menu(head_client, people):
    people()
    page = head_client.get(URL).content.decode()
    head = re.search(r"<thead>.*?</thead>", page, re.DOTALL).group()
    assert re.findall(r"<a [^>]*>(.*?)</a>", head) == [
        "Candidat",
        "Classe",
        "Date de naissance",
        "Épreuve",
        "Tps +",
        "Résultat",
    ]
    menu = re.search(r'id="menu-liste".*?</ul>', page, re.DOTALL).group()
    assert re.findall(r'<a [^>]*href="(.*?)"[^>]*>(.*?)</a>', menu) == [
        (reverse("candidate_add"), "Ajouter un candidat"),
        (reverse("candidate_import"), "Importer une nouvelle liste de candidats"),
        (reverse("siecle_export"), "Exporter les résultats vers SIECLE BEE"),
        (reverse("candidate_delete_all"), "Supprimer la liste des candidats"),
    ]
    assert "Rechercher (nom, ASSR2, Admis, etc)" in page
    assert "Télécharger la liste des candidats" in page
    assert re.search(rf'<a [^>]*href="{reverse("all_attestations")}"[^>]*>Toutes les attestations</a>', page)


def test_a_row(head_client, people):
    candidate = people(last_name="BRUN", first_name="Éric", birth_date=date(2008, 7, 3), division="3B", extra_time=True)
    row = re.search(r"<tbody>.*?</tbody>", head_client.get(URL).content.decode(), re.DOTALL).group()
    text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert text == "BRUN Éric 3B 03/07/2008 ASSR1 Tiers-temps Modifier BRUN Éric Supprimer BRUN Éric"
    assert reverse("candidate_edit", args=[candidate.pk]) in row
    assert reverse("candidate_delete", args=[candidate.pk]) in row


def test_the_mark_is_nowhere(head_client, people):
    candidate = people()
    exam = ExamFactory(establishment=candidate.establishment, starts_at=timezone.now() - timedelta(hours=5))
    sat(candidate, exam=exam, closed=True, mark=17)
    page = head_client.get(URL).content.decode()
    assert "Admis le" in page
    assert "17/20" not in page
    assert ">17<" not in page


@pytest.mark.parametrize(
    ("mark", "export_to_siecle", "offered"), [(10, False, True), (10, True, False), (9, False, False)]
)
def test_the_attestation_of_whom(head_client, people, mark, export_to_siecle, offered):
    candidate = people(export_to_siecle=export_to_siecle)
    exam = ExamFactory(establishment=candidate.establishment, starts_at=timezone.now() - timedelta(hours=5))
    sat(candidate, exam=exam, closed=True, mark=mark)
    page = head_client.get(URL).content.decode()
    assert (reverse("candidate_attestation", args=[candidate.pk]) in page) is offered


def test_only_this_establishment_and_this_year(head_client, people, other_establishment):
    people(last_name="MIENNE")
    people(last_name="ANCIENNE", year=YEAR - 1)
    CandidateFactory(establishment=other_establishment, last_name="AUTRE")
    response = head_client.get(URL)
    assert names(response) == ["MIENNE Lily"]
    page = response.content.decode()
    assert "ANCIENNE" not in page
    assert "AUTRE" not in page


def test_pages_of_fifty(head_client, people):
    for n in range(51):
        people(last_name=f"MARTIN {n:02}")
    assert len(names(head_client.get(URL))) == 50
    assert names(head_client.get(URL, {"page": 2})) == ["MARTIN 50 Lily"]
    assert names(head_client.get(URL, {"page": "x"}))[0] == "MARTIN 00 Lily"


# --- Search -----------------------------------------------------------------------------------------------------


@pytest.fixture
def trio(people):
    """Admitted, absent, and without exam."""
    eloise = people(last_name="ÉTIENNE", first_name="Éloïse", division="5A", birth_date=date(2012, 4, 3))
    noel = people(
        last_name="GARÇON", first_name="Noël", division="10B", birth_date=date(2010, 11, 29), attestation="ASSR2"
    )
    people(last_name="ZOLA", first_name="Émile", division="", birth_date=date(2011, 1, 1), extra_time=True)
    now = timezone.now()
    sat(eloise, exam=ExamFactory(establishment=eloise.establishment, starts_at=now - timedelta(hours=5)), closed=True)
    sat(
        noel,
        exam=ExamFactory(establishment=eloise.establishment, attestation="ASSR2", starts_at=now - timedelta(hours=4)),
    )


ELOISE, NOEL, EMILE = "ÉTIENNE Éloïse", "GARÇON Noël", "ZOLA Émile"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [ELOISE, NOEL, EMILE]),
        ("  ", [ELOISE, NOEL, EMILE]),
        ("etienne", [ELOISE]),
        ("ELOISE étienne", [ELOISE]),
        ("garcon", [NOEL]),
        ("5a", [ELOISE]),
        ("29/11/2010", [NOEL]),
        ("/2012", [ELOISE]),
        ("assr2", [NOEL]),
        ("admis", [ELOISE]),
        ("Absent", [NOEL]),
        ("admis assr2", []),
        ("tiers-temps", [EMILE]),
        ("assr1 lo", [ELOISE]),
        ("personne", []),
    ],
)
def test_search(head_client, trio, words, found):
    assert names(search(head_client, q=words)) == found


def search(client, **asked):
    """The list that a posted search leads to."""
    return client.post(URL, asked, follow=True)


def test_no_address_holds_what_was_searched_for(head_client, people):
    for n in range(60):
        people(last_name=f"MARTIN {n:02}")
    response = search(head_client, q="martin", epreuve="ASSR1", classe="")
    assert response.redirect_chain == [(f"{URL}?epreuve=ASSR1&recherche=1", 302)]
    page = response.content.decode()
    assert 'name="q" value="martin"' in page
    assert "Page 2" in page
    assert [href for href in re.findall(r'(?:href|action)="([^"]*)"', page) if "martin" in href.lower()] == []
    assert len(names(head_client.get(URL, {"epreuve": "ASSR1", "recherche": "1", "page": "2"}))) == 10
    # Sent again from the second page, the search starts at the first one, under the same key.
    assert search(head_client, q="martin", epreuve="ASSR1").redirect_chain[0][0].endswith("?epreuve=ASSR1&recherche=1")


def test_two_tabs_search_side_by_side(head_client, trio):
    assert names(search(head_client, q="etienne")) == [ELOISE]
    assert names(search(head_client, q="zola")) == [EMILE]
    assert names(head_client.get(URL, {"recherche": "1"})) == [ELOISE]
    assert names(head_client.get(URL)) == [ELOISE, NOEL, EMILE]
    for n in range(20):
        search(head_client, q=f"autre {n}")
    assert messages(head_client.get(URL, {"recherche": "1"}, follow=True)) == [GONE]


GONE = "Cette recherche n’est plus gardée : saisissez-la à nouveau."


def test_the_address_of_a_search_means_nothing_to_another_session(head_client, trio):
    response = head_client.get(URL, {"recherche": "1", "epreuve": "ASSR1"}, follow=True)
    assert response.redirect_chain == [(f"{URL}?epreuve=ASSR1", 302)]
    assert messages(response) == [GONE]


def test_an_old_address_with_words_in_it_searches_nothing(head_client, trio):
    page = head_client.get(URL, {"q": "etienne"})
    assert len(names(page)) == 3
    assert "etienne" not in page.content.decode()


def test_search_without_result_leads_back(head_client, trio):
    page = search(head_client, q="<personne>").content.decode()
    assert "Aucun résultat" in page
    assert 'value="&lt;personne&gt;"' in page
    assert "<personne>" not in page


def test_an_overlong_search_is_told(head_client, trio):
    response = search(head_client, q="a" * 101, classe="5A")
    assert french("Ce texte est trop long : 101 caractères pour 100 au plus.") in response.content.decode()
    assert names(response) == [ELOISE]
    assert 'name="asked" value="classe=5A"' in response.content.decode()


# --- Order ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", [ELOISE, NOEL, EMILE]),
        ("candidat", [ELOISE, NOEL, EMILE]),
        ("-candidat", [EMILE, NOEL, ELOISE]),
        ("classe", [ELOISE, NOEL, EMILE]),  # 5A before 10B, none last
        ("-classe", [NOEL, ELOISE, EMILE]),
        ("naissance", [NOEL, EMILE, ELOISE]),
        ("-naissance", [ELOISE, EMILE, NOEL]),
        ("epreuve", [ELOISE, EMILE, NOEL]),
        ("-epreuve", [NOEL, ELOISE, EMILE]),
        ("tps", [EMILE, ELOISE, NOEL]),
        ("resultat", [NOEL, ELOISE, EMILE]),  # Absent, Admis, nothing
        ("-resultat", [ELOISE, NOEL, EMILE]),
        ("mark", [ELOISE, NOEL, EMILE]),  # not a column
    ],
)
def test_order(head_client, trio, order, expected):
    assert names(head_client.get(URL, {"tri": order})) == expected


def test_accents_do_not_push_a_name_to_the_end(head_client, people):
    for name in ("ZOLA", "ÉTIENNE", "EATON", "ÈVE"):
        people(last_name=name)
    assert names(head_client.get(URL)) == ["EATON Lily", "ÉTIENNE Lily", "ÈVE Lily", "ZOLA Lily"]


def test_links_turn_the_order_and_keep_the_search(head_client, trio):
    response = search(head_client, q="e", tri="classe")
    headings = {heading.label: heading for heading in response.context["columns"]}
    assert headings["Classe"].href == "?tri=-classe&recherche=1"
    assert headings["Classe"].aria_sort == "ascending"
    assert headings["Résultat"].href == "?tri=resultat&recherche=1"
    assert headings["Résultat"].aria_sort == ""
    assert response.content.decode().count("aria-sort=") == 1
    down = head_client.get(URL, {"tri": "-classe"}).context["columns"][1]
    assert (down.href, down.aria_sort) == ("?tri=classe", "descending")


def test_queries_do_not_grow_with_the_list(head_client, people, django_assert_num_queries):
    now, count = timezone.now(), 0
    for size in (1, 3, 60):  # and 2,000 below
        while count < size:
            candidate = people()
            exam = ExamFactory(establishment=candidate.establishment, starts_at=now - timedelta(hours=5))
            # Some came, some did not: what is said of either may not ask again.
            sat(candidate, exam=exam, **({"closed": True} if count % 2 else {}))
            count += 1
        with django_assert_num_queries(5):  # session, user, membership, candidates, sittings
            assert len(names(head_client.get(URL))) == min(size, 50)


def test_two_thousand_candidates_take_no_more_queries(head_client, establishment, django_assert_num_queries):
    CandidateFactory.create_batch(3, establishment=establishment)
    ready = CandidateFactory.build_batch(1997, establishment=establishment)
    Candidate.objects.bulk_create(ready)
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() - timedelta(hours=5))
    Sitting.objects.bulk_create(
        SittingFactory.build_batch(2000, exam=exam, candidate=factory.Iterator(Candidate.objects.all()), closed=True)
    )
    with django_assert_num_queries(5):
        response = head_client.get(URL)
    assert response.context["page"].paginator.count == 2000
    assert response.context["page"][0].result.label == "Admis"


# --- Filters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"classe": "5A"}, [ELOISE]),
        ({"classe": "(sans)"}, [EMILE]),
        ({"epreuve": "ASSR2"}, [NOEL]),
        ({"resultat": "Admis"}, [ELOISE]),
        ({"resultat": "Absent"}, [NOEL]),
        ({"resultat": "Échoué"}, []),
        ({"resultat": "aucun"}, [EMILE]),
        ({"tps": "oui"}, [EMILE]),
        ({"tps": "non"}, [ELOISE, NOEL]),
        ({"epreuve": "ASSR1", "tps": "oui"}, [EMILE]),
        ({"epreuve": "ASSR1", "tri": "-candidat"}, [EMILE, ELOISE]),
        ({"classe": "6Z", "resultat": "x", "tps": "x"}, [ELOISE, NOEL, EMILE]),  # not the list's: asks for nothing
    ],
)
def test_filters(head_client, trio, asked, found):
    assert names(head_client.get(URL, asked)) == found
    assert names(search(head_client, q="", **asked)) == found
    assert names(search(head_client, q="eti", **asked)) == [name for name in found if name == ELOISE]


def test_the_classes_are_those_of_the_list(head_client, trio, other_establishment):
    CandidateFactory(establishment=other_establishment, division="AUTRE")
    choices = head_client.get(URL).context["form"].fields["classe"].choices
    assert choices == [("", "Toutes"), ("5A", "5A"), ("10B", "10B"), ("(sans)", "Sans classe")]


# --- Back to the same place -----------------------------------------------------------------------------------------


def test_after_an_edit_one_is_back_at_the_same_place(head_client, people):
    candidate = people(last_name="ZOLA")
    head_client.get(URL, {"epreuve": "ASSR1", "tri": "-classe", "page": "2"})
    place = f"{URL}?epreuve=ASSR1&tri=-classe&page=2"
    edit = reverse("candidate_edit", args=[candidate.pk])
    page = head_client.get(edit).content.decode()
    back = f"{place}#candidat-{candidate.pk}"
    assert f'href="{back.replace("&", "&amp;")}">Annuler' in page
    fields = {"last_name": "ZOLA", "first_name": "Lily", "birth_date": "03/04/2012", "attestation": "ASSR1"}
    assert head_client.post(edit, fields)["Location"] == back
    assert f'id="candidat-{candidate.pk}"' in head_client.get(back).content.decode()
    response = head_client.post(reverse("candidate_delete", args=[candidate.pk]), {"understood": "on"})
    assert response["Location"] == place


# --- The selection --------------------------------------------------------------------------------------------------


def select(client, action, chosen=(), **data):
    keys = [candidate.pk for candidate in chosen]
    return client.post(reverse("candidate_selection"), {"action": action, "candidates": keys, **data}, follow=True)


@pytest.mark.parametrize(
    ("action", "field", "old", "new"),
    [
        ("tps-oui", "extra_time", False, True),
        ("tps-non", "extra_time", True, False),
        ("siecle-oui", "export_to_siecle", False, True),
        ("siecle-non", "export_to_siecle", True, False),
        ("attestation-AER", "attestation", "ASSR1", "AER"),
    ],
)
def test_one_act_for_the_ticked(head_client, people, action, field, old, new):
    chosen = [people(**{field: old}), people(**{field: old}), people(**{field: new})]
    other = people(**{field: old})
    response = select(head_client, action, chosen)
    assert messages(response)[0].endswith(": 2 candidat(s) modifié(s), sur 3 sélectionné(s).")
    values = dict(Candidate.objects.values_list("pk", field))
    assert values == {**{candidate.pk: new for candidate in chosen}, other.pk: old}


def test_an_act_for_all_that_was_found(head_client, people, other_establishment):
    for n in range(60):
        people(last_name=f"MARTIN {n:02}", division="5A" if n < 55 else "5B")
    CandidateFactory(establishment=other_establishment, division="5A")
    people(year=YEAR - 1, division="5A")
    search(head_client, q="martin")
    response = select(head_client, "tps-oui", found="on", asked="recherche=1&classe=5A&page=2")
    assert messages(response) == ["Ajouter le tiers-temps : 55 candidat(s) modifié(s), sur 55 sélectionné(s)."]
    assert set(Candidate.objects.filter(extra_time=True).values_list("division", "year")) == {("5A", YEAR)}


@pytest.mark.parametrize("address", ["recherche=7", "classe=5A&recherche=7"])
def test_a_search_that_is_gone_is_never_everyone(head_client, people, address):
    people(division="5A")
    assert messages(select(head_client, "tps-oui", found="on", asked=address)) == [GONE]
    head_client.post(reverse("all_attestations"), {"found": "on", "asked": address})
    assert messages(head_client.get(URL)) == [GONE]
    assert not Candidate.objects.filter(extra_time=True).exists()
    assert not Job.objects.exists()


def test_nobody_ticked_is_never_everyone(head_client, people):
    people()
    assert messages(select(head_client, "tps-oui")) == ["Cochez au moins un candidat de votre liste."]
    assert messages(select(head_client, "", Candidate.objects.all())) == [
        "Choisissez d’abord ce qu’il faut faire des candidats sélectionnés."
    ]
    assert not Candidate.objects.filter(extra_time=True).exists()


@pytest.mark.parametrize("action", ["tps-oui", "supprimer"])
def test_somebody_else_s_candidate_is_not_selected(head_client, people, other_establishment, action):
    mine, old = people(), people(year=YEAR - 1)
    foreign = CandidateFactory(establishment=other_establishment)
    for other in (foreign, old):
        assert len(messages(select(head_client, action, [mine, other], confirming="1", understood="on"))) == 1
    assert (Candidate.objects.count(), Candidate.objects.filter(extra_time=True).count()) == (3, 0)


def test_an_attestation_that_the_establishment_does_not_organise(head_client, people):
    candidate = people()
    select(head_client, "attestation-ASR", [candidate])
    candidate.refresh_from_db()
    assert candidate.attestation == "ASSR1"


def test_who_sat_an_exam_keeps_the_attestation_in_a_selection(head_client, people):
    done, coming = people(), people()
    now = timezone.now()
    sat(done, exam=ExamFactory(establishment=done.establishment, starts_at=now - timedelta(hours=5)), closed=True)
    sat(coming, exam=ExamFactory(establishment=done.establishment, starts_at=now + timedelta(days=1)))
    told = messages(select(head_client, "attestation-AER", [done, coming]))
    assert told == [
        "Attestation : AER : 1 candidat(s) modifié(s), sur 2 sélectionné(s).",
        "Ont déjà passé une épreuve et gardent leur attestation : 1 candidat(s). Si c’est une erreur, modifiez-les un "
        "par un.",
        "Inscrits à une épreuve à venir d’une autre attestation : 1 candidat(s). Vérifiez leurs inscriptions.",
    ]
    assert dict(Candidate.objects.values_list("pk", "attestation")) == {done.pk: "ASSR1", coming.pk: "AER"}


def test_a_selection_is_deleted_after_it_was_said_what_is_lost(head_client, people):
    gone, kept = [people(last_name="ALEXANDRE"), people(last_name="BRUN")], people()
    sat(gone[0], exam=ExamFactory(establishment=kept.establishment, starts_at=NOW), closed=True)
    response = select(head_client, "supprimer", gone)
    loss = response.context["loss"]
    assert (loss.candidates, loss.registrations, loss.results) == (2, 1, 1)
    page = response.content.decode()
    assert "<h1>Supprimer 2 candidats</h1>" in page
    assert "Cette suppression est définitive" in page
    assert Candidate.objects.count() == 3
    response = select(head_client, "supprimer", gone, confirming="1")
    assert list(response.context["form"].errors) == ["understood"]
    response = select(head_client, "supprimer", gone, confirming="1", understood="on")
    assert messages(response) == ["Les candidats sélectionnés sont supprimés de votre liste."]
    assert list(Candidate.objects.all()) == [kept]


def test_a_selection_with_somebody_in_an_active_exam_is_kept(head_client, people):
    candidate, other = people(), people()
    sat(candidate, exam=ExamFactory(establishment=candidate.establishment))
    assert french(BUSY) in select(head_client, "supprimer", [candidate, other]).content.decode()
    response = select(head_client, "supprimer", [candidate, other], confirming="1", understood="on")
    assert messages(response) == [BUSY]
    assert Candidate.objects.count() == 2


def test_the_attestations_of_all_that_was_found(head_client, people):
    """The button of the selection goes to the page that prints attestations, with the same fields."""
    now = timezone.now()
    for division in ("5A", "5A", "5B"):
        candidate = people(division=division)
        exam = ExamFactory(establishment=candidate.establishment, starts_at=now - timedelta(hours=5))
        sat(candidate, exam=exam, closed=True)
    page = head_client.get(URL).content.decode()
    assert f'formaction="{reverse("all_attestations")}"' in page
    head_client.post(reverse("all_attestations"), {"found": "on", "asked": "classe=5A", "action": ""})
    printed = Job.objects.get().arguments["candidates"]
    assert sorted(printed) == sorted(Candidate.objects.filter(division="5A").values_list("pk", flat=True))


def test_a_supervisor_selects_nobody(supervisor_client):
    assert supervisor_client.post(reverse("candidate_selection")).status_code == 403


# --- Downloads (C7) -------------------------------------------------------------------------------------------------

HEADER = ["Nom", "Prénom", "INE / Identifiant candidat", "Classe", "Date de naissance", "Épreuve", "Tps +", "Résultat"]


def download(client, file_format):
    return client.post(reverse("candidate_download", args=[file_format]))


@pytest.fixture
def two(people):
    day = timezone.now() - timedelta(hours=5)
    lily = people(last_name="ALEXANDRE", identifier="130564139AC", extra_time=True)
    sat(lily, exam=ExamFactory(establishment=lily.establishment, starts_at=day), closed=True)
    people(last_name="=A1", first_name="Zoé", identifier="ESR-ABCDEFGH", division="", attestation="AER")
    return timezone.localtime(day).strftime("%d/%m/%Y")


@pytest.mark.parametrize(
    ("file_format", "separator", "content_type"),
    [("csv", ";", "text/csv; charset=utf-8"), ("txt", "\t", "text/plain; charset=utf-8")],
)
def test_download_as_text(head_client, two, file_format, separator, content_type):
    response = download(head_client, file_format)
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="candidats-{YEAR}.{file_format}"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.content.decode("utf-8-sig").split("\r\n") == [
        separator.join(HEADER),
        separator.join(["'=A1", "Zoé", "ESR-ABCDEFGH", "", "03/04/2012", "AER", "non", ""]),
        separator.join(["ALEXANDRE", "Lily", "130564139AC", "5A", "03/04/2012", "ASSR1", "oui", f"Admis le {two}"]),
        "",
    ]


def test_download_as_excel(head_client, two):
    response = download(head_client, "xlsx")
    sheet = load_workbook(BytesIO(response.content)).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == HEADER
    assert rows[1][:4] == ["'=A1", "Zoé", "ESR-ABCDEFGH", None]
    assert rows[2][:3] + rows[2][5:] == ["ALEXANDRE", "Lily", "130564139AC", "ASSR1", "oui", f"Admis le {two}"]
    assert rows[2][4].date() == date(2012, 4, 3)


def test_download_of_another_format(head_client, two):
    assert download(head_client, "pdf").status_code == 404


def test_download_holds_every_page_and_nobody_else(head_client, people, other_establishment):
    for _ in range(51):
        people()
    people(last_name="ANCIENNE", year=YEAR - 1)
    CandidateFactory(establishment=other_establishment, last_name="AUTRE")
    content = download(head_client, "csv").content.decode()
    assert content.count("\r\n") == 52
    assert "ANCIENNE" not in content
    assert "AUTRE" not in content


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "txt"])
def test_the_download_imports_again_without_change(head_client, two, file_format):
    before = list(Candidate.objects.order_by("pk").values())
    file = SimpleUploadedFile(f"candidats.{file_format}", download(head_client, file_format).content)
    response = head_client.post(reverse("candidate_import"), {"file": file}, follow=True)
    shown = response.context["preview"]
    assert (shown.added, shown.updated, shown.same, shown.doubts, shown.errors) == (0, 0, 2, 0, [])
    assert [note for note in shown.notes if "ignorées" in note] == []
    assert list(Candidate.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "txt"])
def test_the_download_fills_an_empty_list_again(head_client, two, establishment, file_format):
    columns = ("last_name", "first_name", "identifier", "division", "birth_date", "attestation", "extra_time")
    before = list(Candidate.objects.order_by("identifier").values_list(*columns))
    file = SimpleUploadedFile(f"candidats.{file_format}", download(head_client, file_format).content)
    Candidate.objects.all().delete()
    url = head_client.post(reverse("candidate_import"), {"file": file})["Location"]
    head_client.post(url, {"seen": head_client.get(url).context["preview"].fingerprint})
    assert list(Candidate.objects.order_by("identifier").values_list(*columns)) == before


# --- Deletions ------------------------------------------------------------------------------------------------------

BUSY = "Une épreuve est en cours : attendez sa fin pour supprimer un candidat qui y est inscrit."


def delete(client, candidate, **data):
    return client.post(reverse("candidate_delete", args=[candidate.pk]), data, follow=True)


def delete_all(client, identifier):
    return client.post(reverse("candidate_delete_all"), {"identifier": identifier}, follow=True)


def test_delete_one(head_client, people):
    candidate, other = people(last_name="ALEXANDRE"), people()
    sat(candidate, exam=ExamFactory(establishment=candidate.establishment, starts_at=NOW), closed=True)
    response = head_client.get(reverse("candidate_delete", args=[candidate.pk]))
    loss = response.context["loss"]
    assert (loss.candidates, loss.registrations, loss.results) == (1, 1, 1)
    assert "Cette suppression est définitive" in response.content.decode()
    assert Candidate.objects.count() == 2
    response = delete(head_client, candidate, understood="on")
    assert messages(response) == ["Le candidat ALEXANDRE Lily est supprimé de votre liste."]
    assert list(Candidate.objects.all()) == [other]
    assert not Sitting.objects.exists()


def test_delete_one_must_be_meant(head_client, people):
    response = delete(head_client, people())
    assert list(response.context["form"].errors) == ["understood"]
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize("kind", ["exam", "training"])
def test_a_candidate_of_an_active_exam_is_kept(head_client, people, kind):
    candidate = people()
    sat(candidate, exam=ExamFactory(establishment=candidate.establishment, kind=kind))
    page = head_client.get(reverse("candidate_delete", args=[candidate.pk])).content.decode()
    assert french(BUSY) in page
    assert 'method="post" novalidate' not in page
    assert messages(delete(head_client, candidate, understood="on")) == [BUSY]
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "after_start", "held"),
    [
        (SittingState.NOT_STARTED, timedelta(seconds=-1), False),
        (SittingState.NOT_STARTED, timedelta(0), True),
        (SittingState.NOT_STARTED, timedelta(hours=3, seconds=-1), True),
        (SittingState.NOT_STARTED, timedelta(hours=3), False),
        # Answers still arrive for ten minutes, and a start may have come between the clock and the lock.
        (SittingState.RUNNING, timedelta(hours=3, minutes=9), True),
        (SittingState.RUNNING, timedelta(hours=3, minutes=10), False),
        (SittingState.RUNNING, timedelta(seconds=-1), True),
    ],
)
def test_who_is_sitting_now(lily, state, after_start, held):
    sat(lily, state=state)
    assert queries.sitting_now(Candidate.objects.all(), NOW + after_start) is held


def test_an_active_exam_of_others_holds_nobody(people):
    candidate = people()
    sat(people())
    assert queries.sitting_now(Candidate.objects.filter(pk=candidate.pk), timezone.now()) is False


def test_held_candidates_stay(people):
    people()
    with pytest.raises(actions.Held):
        actions.delete_candidates(candidates=Candidate.objects.all(), is_held=lambda candidates: True)
    assert Candidate.objects.count() == 1


def test_delete_all(head_client, people, other_establishment):
    kept = [people(year=YEAR - 1), CandidateFactory(establishment=other_establishment)]
    first, _ = people(), people()
    exam = ExamFactory(establishment=first.establishment, starts_at=timezone.now() + timedelta(days=3))
    sat(first, exam=exam)
    response = head_client.get(reverse("candidate_delete_all"))
    loss = response.context["loss"]
    assert (loss.candidates, loss.registrations, loss.results) == (2, 1, 0)
    assert messages(delete_all(head_client, "0750655e ")) == ["La liste des candidats est supprimée."]
    assert list(Candidate.objects.order_by("pk")) == kept
    assert Exam.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "9740001U"])
def test_delete_all_must_be_meant(head_client, people, typed):
    people()
    response = delete_all(head_client, typed)
    assert list(response.context["form"].errors) == ["identifier"]
    assert Candidate.objects.count() == 1


def test_delete_all_waits_for_an_active_exam(head_client, people):
    candidate = people()
    people()
    sat(candidate, exam=ExamFactory(establishment=candidate.establishment))
    assert french(BUSY) in head_client.get(reverse("candidate_delete_all")).content.decode()
    assert messages(delete_all(head_client, "0750655E")) == [BUSY]
    assert Candidate.objects.count() == 2


def test_delete_all_of_nothing(head_client):
    assert "Votre liste est déjà vide" in head_client.get(reverse("candidate_delete_all")).content.decode()


# --- Access ---------------------------------------------------------------------------------------------------------


def test_another_establishment_s_candidate_does_not_exist(other_head_client, head_client, people):
    candidate, old = people(), people(year=YEAR - 1)
    for method in ("get", "post"):
        url = reverse("candidate_delete", args=[candidate.pk])
        assert getattr(other_head_client, method)(url, {"understood": "on"}).status_code == 404
        url = reverse("candidate_delete", args=[old.pk])
        assert getattr(head_client, method)(url, {"understood": "on"}).status_code == 404
    assert Candidate.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("candidate_list", []),
        ("candidate_download", ["csv"]),
        ("candidate_delete", [1]),
        ("candidate_delete_all", []),
    ],
)
def test_a_supervisor_sees_no_list(supervisor_client, client, name, args):
    url = reverse(name, args=args)
    assert supervisor_client.get(url).status_code == 403
    assert client.get(url).status_code == 302
