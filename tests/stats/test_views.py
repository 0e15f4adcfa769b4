import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from esr.core import jobs
from esr.core.models import Job
from exams.enums import ExamKind
from exams.models import Exam
from tests.certificates.reading import text_of as pages_of
from tests.factories import CandidateFactory, ExamFactory, SittingFactory, make_bank
from tests.stats.conftest import finish, finish_all, register

pytestmark = pytest.mark.django_db

NO_BREAK = "\xa0"


def main_of(response) -> str:
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL).group()


def text_of(response) -> str:
    """The words of a page's main part, one space between them."""
    main = main_of(response)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.replace("&nbsp;", " "))).strip()


def cells_of(response) -> list[list]:
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def addresses(exam):
    return [
        reverse("exam_statistics", args=[exam.pk]),
        reverse("exam_statistics_report", args=[exam.pk]),
        reverse("exam_statistics_workbook", args=[exam.pk]),
        reverse("statistics"),
        reverse("statistics_download", args=["csv"]),
        reverse("statistics_download", args=["xlsx"]),
    ]


def test_the_addresses(make_exam):
    exam = make_exam()
    assert addresses(exam) == [
        f"/epreuves/{exam.pk}/statistiques/",
        f"/epreuves/{exam.pk}/statistiques.pdf",
        f"/epreuves/{exam.pk}/statistiques.xlsx",
        "/statistiques/",
        "/statistiques/telecharger/csv/",
        "/statistiques/telecharger/xlsx/",
    ]


def test_statistics_are_the_head_s(make_exam, supervisor_client, head_client, client):
    exam = make_exam()
    finish(exam, circulation=12)
    for address in addresses(exam):
        assert supervisor_client.get(address).status_code == 403
        assert head_client.get(address).status_code == 200
        if address != reverse("exam_statistics_report", args=[exam.pk]):  # starts a job
            assert head_client.post(address).status_code == 405
        assert client.get(address).url.startswith(f"{reverse('account_login')}?")


def test_another_establishment_s_exam_does_not_exist(make_exam, other_head_client):
    exam = make_exam()
    finish(exam, circulation=12)
    for address in addresses(exam)[:3]:
        assert other_head_client.get(address).status_code == 404


# --- One exam -----------------------------------------------------------------------------------------------------


def test_the_page_of_an_exam(make_exam, head_client):
    exam = make_exam()
    finish(exam, person={"last_name": "ZOLA", "first_name": "Zoé"}, circulation=6, vitesse=2)
    finish(exam, person={"last_name": "ADAM", "first_name": "Léo"}, circulation=12, vitesse=3)
    register(exam, 1, last_name="ABSENT")
    text = text_of(head_client.get(reverse("exam_statistics", args=[exam.pk])))
    assert "Terminés 2 / 3 Admis 1 / 2 Note moyenne 11,5/20" in text
    assert (
        "Candidat Note Circulation Vitesse Classe 11,5/20 75 % 31 % ADAM Léo 15/20 100 % 38 % ZOLA Zoé 8/20 50 % 25 %"
    ) in text
    assert "Circulation (12 questions)" in text
    assert "Vitesse : réussite de la classe et de chaque candidat Classe 31 % ADAM Léo 38 % ZOLA Zoé 25 %" in text
    assert "ABSENT" not in text
    for label in ("Télécharger le rapport", "Statistiques globales", "Statistiques par thème"):
        assert text.count(label) == 1


def test_the_bars_are_as_long_as_the_figures(make_exam, head_client):
    exam = make_exam()
    finish(exam, circulation=6, vitesse=2)
    page = head_client.get(reverse("exam_statistics", args=[exam.pk])).content.decode()
    marks, themes = page.split("Statistiques par thème</h2>")
    widths = re.compile(r'stats-bar__value" width="(\d+)"')
    assert [int(width) for width in widths.findall(marks)] == [0] * 12 + [100] + [0] * 8
    assert [int(width) for width in widths.findall(themes)] == [50, 50, 25, 25]


def test_a_theme_of_one_question_is_singular(make_exam, head_client):
    exam = make_exam(themes={"circulation": 19, "vitesse": 1})
    finish(exam, circulation=12)
    assert "Vitesse (1 question)" in text_of(head_client.get(reverse("exam_statistics", args=[exam.pk])))


def test_an_exam_that_nobody_finished_says_so(make_exam, head_client):
    exam = make_exam()
    register(exam, 2)
    address = reverse("exam_statistics", args=[exam.pk])
    text = text_of(head_client.get(address))
    assert "Aucun résultat pour le moment" in text
    assert "Télécharger" not in text
    for name in ("exam_statistics_report", "exam_statistics_workbook"):
        assert head_client.get(reverse(name, args=[exam.pk])).url == address
    assert head_client.post(reverse("exam_statistics_report", args=[exam.pk])).url == address


@pytest.mark.parametrize(
    ("name", "queries"), [("exam_statistics", 9), ("exam_statistics_report", 10), ("exam_statistics_workbook", 9)]
)
def test_an_exam_takes_as_many_queries_for_one_candidate_as_for_a_class(
    make_exam, head_client, name, queries, django_assert_num_queries
):
    exam = make_exam()
    for count in (1, 2, 32):
        for _ in range(count):
            finish(exam, circulation=5)
        with django_assert_num_queries(queries):
            head_client.get(reverse(name, args=[exam.pk]))


def test_the_report(make_exam, head_client):
    exam = make_exam(number="12345678", name="Examen des 5e")
    finish(exam, person={"last_name": "Zola", "first_name": "Zoé"}, circulation=6, vitesse=2)
    finish(exam, person={"last_name": "Adam", "first_name": "Léo"}, circulation=12, vitesse=3)
    register(exam, 1, last_name="ABSENT")
    response = head_client.get(reverse("exam_statistics_report", args=[exam.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="statistiques-epreuve-12345678.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    pages = pages_of(response.content)
    assert "Inscrits 3 Terminés 2 Admis 1 Note moyenne 11,5 / 20 Notes 8 à 15" in pages[0]
    assert "Toute la classe 11,5 1 / 2 75 31 ADAM Léo 5A 15 Admis 100 38 ZOLA Zoé 5A 8 Échoué 50 25" in pages[-1]


def test_the_report_of_a_whole_school_is_a_job(
    make_exam, head_client, establishment, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 1)
    exam = make_exam(number="12345678")
    address = reverse("exam_statistics_report", args=[exam.pk])
    finish(exam, person={"last_name": "ZOLA"}, circulation=6)
    assert head_client.get(address)["Content-Type"] == "application/pdf"
    finish(exam, person={"last_name": "ADAM"}, circulation=12)
    page = head_client.get(address).content.decode()
    assert "Ce document réunit 2 candidats" in page
    assert f'href="{reverse("exam_statistics", args=[exam.pk])}"' in page
    assert not Job.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        response = head_client.post(address)
    job = Job.objects.get()
    assert response.url == reverse("job", args=[job.pk])
    assert (job.state, job.filename, job.scope) == ("done", "statistiques-epreuve-12345678.pdf", str(establishment.pk))
    assert "ADAM Lily" in pages_of(jobs.path_of(job.file).read_bytes())[-1]


def test_another_establishment_s_report_is_not_started(make_exam, other_head_client):
    exam = make_exam()
    finish(exam, circulation=12)
    assert other_head_client.post(reverse("exam_statistics_report", args=[exam.pk])).status_code == 404
    assert not Job.objects.exists()


def test_the_workbook(make_exam, head_client):
    exam = make_exam(themes={"circulation": 19, "vitesse": 1}, number="12345678")
    finish(exam, person={"last_name": "=ZOLA()", "first_name": "Zoé", "division": "5B"}, circulation=5)
    finish(exam, person={"last_name": "ADAM", "first_name": "Léo", "division": "5A"}, circulation=19, vitesse=1)
    response = head_client.get(reverse("exam_statistics_workbook", args=[exam.pk]))
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == 'attachment; filename="statistiques-12345678.xlsx"'
    assert cells_of(response) == [
        [
            "Nom",
            "Prénom",
            "Classe",
            "Note sur 20",
            "Résultat",
            "Circulation (19 questions, % de réussite)",
            "Vitesse (1 question, % de réussite)",
        ],
        ["Classe", None, None, 12.5, None, 63, 50],
        ["'=ZOLA()", "Zoé", "5B", 5, "Échoué", 26, 0],
        ["ADAM", "Léo", "5A", 20, "Admis", 100, 100],
    ]


# --- The session --------------------------------------------------------------------------------------------------


@pytest.fixture
def session(make_exam, other_establishment):
    """Figures worth hiding: a division of three, another establishment, names."""
    exam = make_exam()
    finish_all(exam, [12] * 8, division="5A", sex="F", last_name="CANARI")
    finish_all(exam, [12] * 6, division="5B", sex="M", last_name="CANARI")
    finish_all(exam, [3] * 3, division="5C", sex="F", last_name="CANARI")
    finish_all(ExamFactory(establishment=other_establishment), [0] * 9, division="AILLEURS")
    training = make_exam(kind=ExamKind.TRAINING)
    for _ in range(5):
        finish(training, person={"division": "5A", "sex": "F", "last_name": "CANARI"}, circulation=6, vitesse=2)
    return exam.year


def test_the_page_of_the_session(session, head_client):
    text = text_of(head_client.get(reverse("statistics")))
    assert f"Statistiques Session {session} " in text
    assert (
        "Entraînement ASSR1 , Entraînement Groupe Inscrits Taux de réussite Ensemble 5 40 % "
        "Par thème Circulation 5 50 % Vitesse 5 25 % Par classe 5A 5 40 % Par sexe Féminin 5 40 % "
        "Examen : épreuve principale ASSR1 , Examen : épreuve principale "
        "Groupe Inscrits Présents Admis Taux de réussite Ensemble 17 17 14 82 % "
        "Par classe 5A 8 8 8 100 % 5B moins de 5 ou masqué masqué masqué masqué "
        "5C moins de 5 ou masqué masqué masqué masqué Par sexe Féminin 11 11 8 73 % Masculin 6 6 6 100 %"
    ) in text
    assert text.endswith("Masculin 6 6 6 100 %")
    assert "CANARI" not in text


def test_the_session_as_csv(session, head_client):
    response = head_client.get(reverse("statistics_download", args=["csv"]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="statistiques-{session}.csv"'
    assert response.content.decode("utf-8-sig").split("\r\n") == [
        "Type d’épreuve;Attestation;Répartition;Groupe;Inscrits;Présents;Admis;Taux de réussite (%)",
        "Entraînement;ASSR1;Ensemble;Ensemble;5;;;40",
        "Entraînement;ASSR1;Thème;Circulation;5;;;50",
        "Entraînement;ASSR1;Thème;Vitesse;5;;;25",
        "Entraînement;ASSR1;Classe;5A;5;;;40",
        "Entraînement;ASSR1;Sexe;Féminin;5;;;40",
        "Examen : épreuve principale;ASSR1;Ensemble;Ensemble;17;17;14;82",
        "Examen : épreuve principale;ASSR1;Classe;5A;8;8;8;100",
        "Examen : épreuve principale;ASSR1;Classe;5B;moins de 5 ou masqué;masqué;masqué;masqué",
        "Examen : épreuve principale;ASSR1;Classe;5C;moins de 5 ou masqué;masqué;masqué;masqué",
        "Examen : épreuve principale;ASSR1;Sexe;Féminin;11;11;8;73",
        "Examen : épreuve principale;ASSR1;Sexe;Masculin;6;6;6;100",
        "",
    ]


def test_the_session_as_excel_says_the_same(session, head_client):
    response = head_client.get(reverse("statistics_download", args=["xlsx"]))
    assert response["Content-Disposition"] == f'attachment; filename="statistiques-{session}.xlsx"'
    as_text = [";".join("" if cell is None else str(cell) for cell in row) for row in cells_of(response)]
    csv = head_client.get(reverse("statistics_download", args=["csv"])).content.decode("utf-8-sig")
    assert as_text == csv.split("\r\n")[:-1]


def test_a_session_without_anybody_says_so(make_exam, head_client):
    make_exam()
    text = text_of(head_client.get(reverse("statistics")))
    assert "Aucune donnée pour cette session" in text
    assert "Télécharger" not in text


def test_an_unknown_format_does_not_exist(session, head_client):
    assert head_client.get(reverse("statistics_download", args=["pdf"])).status_code == 404


@pytest.mark.parametrize("name", ["page", "csv", "xlsx"])
def test_the_session_takes_the_same_queries_whatever_its_size(make_exam, head_client, name, django_assert_num_queries):
    address = reverse("statistics") if name == "page" else reverse("statistics_download", args=[name])
    for count in (1, 2):
        for _ in range(count):
            for kind in ExamKind:
                finish(make_exam(kind=kind), circulation=12)
        with django_assert_num_queries(7):
            head_client.get(address)


# --- A training on the weak themes ----------------------------------------------------------------------------------


def proposed(response) -> str:
    """Where the button leads."""
    return (
        re.search(r'href="([^"]+)">Préparer un entraînement', response.content.decode()).group(1).replace("&amp;", "&")
    )


def test_one_click_prepares_a_training_on_the_weak_themes(make_exam, head_client, open_calendar):
    make_bank()
    exam = make_exam(name="Examen 5A", year=timezone.now().year)
    lily = finish(exam, circulation=12, vitesse=3).candidate
    absent = SittingFactory(exam=exam, candidate__last_name="ABSENT").candidate
    other = CandidateFactory(establishment=exam.establishment)
    page = head_client.get(reverse("exam_statistics", args=[exam.pk]))
    assert "moins de 50 % de bonnes réponses, 3 au plus, le moins réussi d’abord : Vitesse : 38 %" in text_of(page)
    step = head_client.get(proposed(page))
    form = step.context["form"]
    assert {name: form[name].value() for name in ("kind", "attestation", "name", "themes", "timed")} == {
        "kind": "training", "attestation": "ASSR1", "name": "Entraînement – Examen 5A", "themes": ["vitesse"],
        "timed": True,
    }  # fmt: skip
    assert Exam.objects.count() == 1  # nothing before the head confirms
    soon = timezone.localtime() + timedelta(hours=1)
    fields = {name: form[name].value() for name in ("kind", "attestation", "name", "themes", "like")}
    fields |= {"starts_at": f"{soon:%d/%m/%Y %H:%M}", "timed": "on"}
    step = head_client.post(reverse("exam_create"), fields)
    assert step.context["chosen"] == {str(lily.pk), str(absent.pk)}
    assert other in [choice.candidate for choice in step.context["choices"]]
    head_client.post(reverse("exam_create"), fields | {"candidates": sorted(step.context["chosen"]), "generate": "1"})
    training = Exam.objects.exclude(pk=exam.pk).get()
    assert (training.kind, training.themes, training.sittings.count()) == ("training", ["vitesse"], 2)
    assert set(training.questions.values_list("theme", flat=True)) == {"vitesse"}


def test_a_class_without_weak_themes_is_told_so(make_exam, head_client):
    exam = make_exam()
    finish(exam, circulation=6, vitesse=4)
    page = text_of(head_client.get(reverse("exam_statistics", args=[exam.pk])))
    assert "La classe a donné au moins 50 % de bonnes réponses dans chaque thème." in page
    assert "Préparer un entraînement" not in page


def test_a_training_is_proposed_from_one_s_own_exams(make_exam, head_client, other_head_client, supervisor_client):
    exam = make_exam(name="Secret des Mimosas")
    address = f"{reverse('exam_create')}?like={exam.pk}&themes=vitesse"
    assert head_client.get(address).status_code == 200
    assert other_head_client.get(address).status_code == 404
    assert supervisor_client.get(address).status_code == 403
    for nonsense in ("like=", "like=abc", "like=99999999999999999999", f"like={exam.pk}&themes=magie"):
        assert head_client.get(f"{reverse('exam_create')}?{nonsense}").status_code == 404


def test_the_candidates_of_another_school_are_never_ticked(make_exam, head_client, other_establishment, open_calendar):
    theirs = SittingFactory(exam=ExamFactory(establishment=other_establishment))
    soon = timezone.localtime() + timedelta(hours=1)
    fields = {"kind": "training", "attestation": "ASSR1", "name": "E", "starts_at": f"{soon:%d/%m/%Y %H:%M}"}
    step = head_client.post(reverse("exam_create"), fields | {"like": theirs.exam_id})
    assert step.context["chosen"] == set()
