"""The establishment's pages about its exams."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exams import queries, rules
from exams.enums import ExamState
from exams.models import Exam
from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory

pytestmark = pytest.mark.django_db


def fields(**changes):
    tomorrow = timezone.localtime() + timedelta(days=1)
    return {
        "kind": "exam",
        "attestation": "ASSR1",
        "name": "Examen 5A",
        "starts_at": f"{tomorrow:%d/%m/%Y} 10:00",
        "place": "Salle 12",
        "convocation_text": "",
    } | changes


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def candidates(establishment):
    return [CandidateFactory(establishment=establishment, division=d) for d in ("5A", "5A", "5B")]


def create(client, candidates, **changes):
    posted = fields(**changes) | {"candidates": [c.pk for c in candidates], "generate": "1"}
    return client.post(reverse("exam_create"), posted)


# --- Creating -----------------------------------------------------------------------------------------------------


def test_two_steps_make_an_exam(head_client, establishment, candidates, bank, open_calendar):
    step = head_client.post(reverse("exam_create"), fields())
    assert "Choisir les candidats" in text(step)
    assert str(candidates[2]) in text(step)
    response = create(head_client, candidates[:2])
    exam = Exam.objects.get()
    assert response.url == reverse("exam_detail", args=[exam.pk])
    assert exam.establishment == establishment
    assert {s.candidate for s in exam.sittings.all()} == set(candidates[:2])
    assert timezone.localtime(exam.starts_at).strftime("%H:%M") == "10:00"


def test_the_time_is_the_establishments(other_establishment, other_head_client, bank, open_calendar):
    pupil = CandidateFactory(establishment=other_establishment)
    create(other_head_client, [pupil])
    assert Exam.objects.get().starts_at.astimezone(other_establishment.zone).strftime("%H:%M") == "10:00"


def test_the_first_step_can_be_gone_back_to(head_client, candidates, bank, open_calendar):
    page = text(head_client.post(reverse("exam_create"), fields(back="1", name="Mon examen")))
    assert "Étape 1 sur 2" in page
    assert "Mon examen" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Ce champ est obligatoire"),
        ({"name": "x" * 101}, "Ce texte est trop long : 101 caractères pour 100 au plus."),
        ({"convocation_text": "é" * 301}, "Ce texte est trop long : 301 caractères pour 300 au plus."),
        ({"starts_at": "demain"}, "Indiquez une date et une heure"),
        ({"starts_at": "31/02/2026 10:00"}, "Indiquez une date et une heure"),
        ({"starts_at": "01/03/2020 10:00"}, "choisissez une date"),
        ({"attestation": "ASR"}, "Sélectionnez un choix valide"),
        ({"kind": "autre"}, "Sélectionnez un choix valide"),
    ],
)
def test_wrong_fields_are_explained(head_client, candidates, bank, open_calendar, changes, message):
    response = create(head_client, candidates, **changes)
    assert message in text(response)
    assert not Exam.objects.exists()


def test_a_past_hour_of_today_is_refused(head_client, candidates, bank, open_calendar):
    past = timezone.localtime() - timedelta(minutes=2)
    response = create(head_client, candidates, starts_at=f"{past:%d/%m/%Y %H:%M}")
    assert "Cette date est passée" in text(response)


def test_dates_outside_the_calendar_are_refused_with_the_dates(head_client, candidates, bank):
    year = timezone.now().year + 1
    response = create(head_client, candidates, starts_at=f"10/08/{year} 10:00")
    assert f"du 16/01/{year} au 07/07/{year}" in text(response)


def test_nobody_chosen_is_an_error(head_client, candidates, bank, open_calendar):
    assert "Choisissez au moins un candidat." in text(create(head_client, []))
    assert not Exam.objects.exists()


def test_a_candidate_of_another_school_cannot_be_chosen(head_client, candidates, bank, open_calendar):
    response = create(head_client, [*candidates, CandidateFactory()])
    assert "ne peut pas passer cette épreuve" in text(response)
    assert not Exam.objects.exists()


@pytest.mark.parametrize("value", ["abc", "-1", "99999999999999999999", "1 OR 1=1", "²"])
def test_a_nonsense_candidate_is_an_error(head_client, candidates, bank, open_calendar, value):
    response = head_client.post(reverse("exam_create"), fields(candidates=[value], generate="1"))
    assert response.status_code == 200
    assert not Exam.objects.exists()


def test_a_poor_bank_says_what_is_missing(head_client, candidates, open_calendar):
    page = text(create(head_client, candidates))
    assert "Il manque : Circulation (6), Comportement citoyen (2)" in page


def test_an_untimed_training_on_some_themes(head_client, candidates, bank, open_calendar):
    create(head_client, candidates, kind="training", themes=["vitesse", "passagers", "circulation"])
    exam = Exam.objects.get()
    assert (exam.timed, exam.mode, exam.ends_at - exam.starts_at) == (False, "untimed_training", timedelta(days=3))
    assert set(exam.questions.values_list("theme", flat=True)) == {"vitesse", "passagers", "circulation"}


def test_an_exam_has_no_themes_and_is_timed(head_client, candidates, bank, open_calendar):
    create(head_client, candidates, themes=["vitesse"], timed="")
    assert (Exam.objects.get().themes, Exam.objects.get().timed) == ([], True)


# --- Who can be chosen ---------------------------------------------------------------------------------------------


def test_the_information_column(establishment):
    now = timezone.now()
    day = timezone.localtime(now - timedelta(days=2)).strftime("%d/%m/%Y")
    names = ("new", "admitted", "failed", "absent", "registered", "twice")
    people = {name: CandidateFactory(establishment=establishment, last_name=name.upper()) for name in names}
    over = ExamFactory(establishment=establishment, starts_at=now - timedelta(days=2))
    later = ExamFactory(establishment=establishment, starts_at=now + timedelta(days=2))
    SittingFactory(exam=over, candidate=people["admitted"], closed=True, mark=10)
    SittingFactory(exam=over, candidate=people["failed"], closed=True, mark=9)
    SittingFactory(exam=over, candidate=people["absent"])
    SittingFactory(exam=later, candidate=people["registered"])
    SittingFactory(exam=over, candidate=people["twice"], closed=True, mark=9, rattrapage=True)
    with timezone.override(establishment.zone):
        rows = queries.choices(establishment, kind="exam", attestation="ASSR1", year=now.year, now=now)
        training = queries.choices(establishment, kind="training", attestation="ASSR1", year=now.year, now=now)
    soon = timezone.localtime(later.starts_at).strftime("%d/%m/%Y")
    assert {r.candidate.last_name: (r.information, r.can_be_chosen) for r in rows} == {
        "NEW": ("", True),
        "ADMITTED": (f"Déjà admis le {day}", False),
        "FAILED": (f"Échoué le {day} : rattrapage", True),
        "ABSENT": (f"Absent le {day} : rattrapage", True),
        "REGISTERED": (f"Déjà inscrit le {soon}", False),
        "TWICE": (f"Rattrapage déjà organisé le {day}", False),
    }
    assert all(choice.can_be_chosen for choice in training)


# --- List and page ---------------------------------------------------------------------------------------------------


def test_the_list_shows_states(head_client, establishment):
    now = timezone.now()
    for name, start in (("Passée", -4), ("En cours", -1), ("Future", 1)):
        ExamFactory(establishment=establishment, name=name, starts_at=now + timedelta(hours=start))
    page = text(head_client.get(reverse("exam_list")))
    assert [page.count(state) for state in ("À venir", "Actif", "Terminé")] == [1, 1, 1]
    assert "0 inscrit(s)" in page


@pytest.mark.parametrize("count", [1, 3, 25])
def test_the_list_costs_the_same(head_client, establishment, count, django_assert_num_queries):
    for _ in range(count):
        SittingFactory(exam=ExamFactory(establishment=establishment))
    with django_assert_num_queries(6):
        head_client.get(reverse("exam_list"))


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_exam_page_costs_the_same(head_client, establishment, count, django_assert_num_queries):
    exam = ExamFactory(establishment=establishment)
    for _ in range(count):
        SittingFactory(exam=exam)
    with django_assert_num_queries(8):
        head_client.get(reverse("exam_detail", args=[exam.pk]))
    with django_assert_num_queries(6):
        head_client.get(reverse("exam_detail", args=[exam.pk]) + "?vue=resultats")


def test_results_come_up_as_candidates_finish(head_client, establishment):
    exam = ExamFactory(establishment=establishment)
    for mark in (9, 10):
        SittingFactory(exam=exam, closed=True, mark=mark)
    SittingFactory(exam=exam)
    for view in ("", "?vue=resultats"):
        fragment = head_client.get(reverse("exam_detail", args=[exam.pk]) + view, headers={"HX-Request": "true"})
        page = text(fragment)
        assert "<html" not in page
        assert ("9/20" in page, "10/20" in page) == (True, True)
        assert [page.count(word) for word in ("Admis", "Échoué")] == [1, 1]
        assert "Inscrits : 3" in page
        assert "Absents : 0" in page
    Exam.objects.update(ends_at=timezone.now())
    page = text(head_client.get(reverse("exam_detail", args=[exam.pk])))
    assert "Absents : 1" in page
    assert "hx-get" in page  # answers still arrive
    Exam.objects.update(ends_at=timezone.now() - rules.LATE_ARRIVAL)
    page = text(head_client.get(reverse("exam_detail", args=[exam.pk])))
    assert "Absents : 1" in page
    assert "hx-get" not in page  # nothing moves any more


def test_python_and_sql_agree_on_the_state(establishment):
    exam = ExamFactory(establishment=establishment)
    second = timedelta(seconds=1)
    for now in (exam.starts_at - second, exam.starts_at, exam.ends_at - second, exam.ends_at):
        found = [state for state in ExamState if Exam.objects.in_state(state, now).exists()]
        assert found == [exam.state_at(now)]


# --- Changing and deleting --------------------------------------------------------------------------------------------


def test_an_upcoming_exam_is_changed(head_client, candidates, bank, open_calendar):
    create(head_client, candidates[:2])
    exam = Exam.objects.get()
    page = text(head_client.get(reverse("exam_edit", args=[exam.pk])))
    assert 'value="Examen 5A"' in page
    posted = fields(name="Examen 5B", candidates=[candidates[2].pk], generate="1")
    head_client.post(reverse("exam_edit", args=[exam.pk]), posted)
    exam.refresh_from_db()
    assert exam.name == "Examen 5B"
    assert [s.candidate for s in exam.sittings.all()] == [candidates[2]]


@pytest.mark.parametrize(("hours", "deletable"), [(1, True), (-1, False), (-4, True)])
def test_each_state_allows_what_it_should(head_client, establishment, hours, deletable):
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() + timedelta(hours=hours))
    page = text(head_client.get(reverse("exam_detail", args=[exam.pk])))
    assert ("Modifier l'épreuve" in page) == (hours > 0)
    assert ("Supprimer l'épreuve" in page) == deletable
    assert head_client.get(reverse("exam_edit", args=[exam.pk])).status_code == (200 if hours > 0 else 302)
    head_client.post(reverse("exam_delete", args=[exam.pk]))  # without the box: refused
    assert Exam.objects.exists()
    head_client.post(reverse("exam_delete", args=[exam.pk]), {"understood": "on"})
    assert Exam.objects.exists() != deletable


# --- Who may do what --------------------------------------------------------------------------------------------------

HEAD_PAGES = ["exam_edit", "exam_delete"]
STAFF_PAGES = ["exam_detail", "exam_video_correction"]


def test_a_supervisor_runs_exams_and_changes_nothing(supervisor_client, establishment):
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() + timedelta(hours=1))
    sitting = SittingFactory(exam=exam, closed=True)
    assert supervisor_client.get(reverse("exam_list")).status_code == 200
    for name in STAFF_PAGES:
        assert supervisor_client.get(reverse(name, args=[exam.pk])).status_code == 200
    for name in HEAD_PAGES:
        assert supervisor_client.get(reverse(name, args=[exam.pk])).status_code == 403
    assert supervisor_client.get(reverse("exam_create")).status_code == 403
    assert supervisor_client.get(reverse("sitting_detail", args=[sitting.pk])).status_code == 403
    page = text(supervisor_client.get(reverse("exam_detail", args=[exam.pk])))
    for label in ("Modifier l'épreuve", "Supprimer l'épreuve", "Toutes les convocations", "Détails"):
        assert label not in page


def test_another_schools_exam_is_as_if_it_were_not(head_client, other_head_client, establishment):
    exam = ExamFactory(establishment=establishment, name="Secret des Mimosas", exam_questions__count=20)
    sitting = SittingFactory(exam=exam, closed=True)
    for name in HEAD_PAGES + STAFF_PAGES:
        mine = other_head_client.get(reverse(name, args=[exam.pk]))
        nobodys = other_head_client.get(reverse(name, args=[999_999]))
        assert (mine.status_code, mine.content) == (404, nobodys.content)
    assert other_head_client.get(reverse("sitting_detail", args=[sitting.pk])).status_code == 404
    assert other_head_client.post(reverse("sitting_takeover", args=[sitting.pk])).status_code == 404
    assert "Secret des Mimosas" not in text(other_head_client.get(reverse("exam_list")))
    assert head_client.get(reverse("sitting_detail", args=[sitting.pk])).status_code == 200


def test_signed_out_means_the_sign_in_page(client, establishment):
    exam = ExamFactory(establishment=establishment)
    response = client.get(reverse("exam_detail", args=[exam.pk]))
    assert response.url == f"{reverse('account_login')}?next={reverse('exam_detail', args=[exam.pk])}"


def test_an_account_without_establishment_is_refused(client, establishment):
    client.force_login(MembershipFactory(establishment=establishment).user)
    establishment.memberships.all().delete()
    assert client.get(reverse("exam_list")).status_code == 403


def test_an_exam_leads_back_to_its_place_in_the_list(head_client, establishment):
    exams = [
        ExamFactory(establishment=establishment, starts_at=timezone.now() - timedelta(days=n)) for n in range(2, 28)
    ]
    place = f"{reverse('exam_list')}?page=2"
    line = f'id="epreuve-{exams[-1].pk}"'
    assert line in head_client.get(place).content.decode()
    url = reverse("exam_detail", args=[exams[-1].pk])
    assert f'href="{place}#epreuve-{exams[-1].pk}"' in head_client.get(url).content.decode()
    deleted = head_client.post(reverse("exam_delete", args=[exams[-1].pk]), {"understood": "on"})
    assert deleted["Location"] == place
