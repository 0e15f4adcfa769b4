"""« Premiers pas » : five steps that tick themselves from what the school has made, and what empty pages say to do."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from establishments.actions import close_supervisor_account, set_supervisor_password
from establishments.enums import MembershipSource, Role
from establishments.models import Membership, SessionDates
from exams.enums import ExamKind, SittingState
from exams.models import Exam, Sitting
from exams.queries import first_steps
from tests.factories import PASSWORD, CandidateFactory, ExamFactory, MembershipFactory, SittingFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_calendar")]

TITLES = [
    "Définir le mot de passe du compte surveillant",
    "Importer les candidats de la session",
    "Créer une première épreuve",
    "Imprimer les codes d’accès et les convocations",
    "Faire passer l’épreuve",
]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def supervisor(establishment):
    """The account that comes with the establishment, without a password."""
    user = UserFactory(username="surveillant-0750655e", email=None)
    user.set_unusable_password()
    user.save()
    return MembershipFactory(establishment=establishment, role=Role.SUPERVISOR, user=user)


def home(client) -> str:
    return " ".join(client.get("/accueil/").content.decode().split())


def ticked(client) -> list[bool]:
    """Of each of the five steps whether it is ticked; [] when the list is gone."""
    page = home(client)
    if "premiers-pas" not in page:
        return []
    part = page[page.index('<ol class="app-steps">') :]
    items = part[: part.index("</ol>")].split("<li")[1:]
    assert [title for title, item in zip(TITLES, items, strict=True) if title not in item] == []
    return ["Fait" in item for item in items]


def current(client) -> tuple[str, str]:
    """The title of the step to do now, and where its button leads."""
    item = home(client).split('aria-current="step"')[1].split("</li>")[0]
    return next(title for title in TITLES if title in item), re.search(r'href="([^"]+)"', item).group(1)


def test_each_step_ticks_itself_and_leads_to_its_page(head_client, establishment):
    assert ticked(head_client) == [False] * 5
    assert current(head_client) == (TITLES[0], reverse("supervisor_account"))
    set_supervisor_password(establishment=establishment, password=PASSWORD)
    assert ticked(head_client) == [True] + [False] * 4
    assert current(head_client) == (TITLES[1], reverse("candidate_import"))
    candidate = CandidateFactory(establishment=establishment)
    assert ticked(head_client) == [True] * 2 + [False] * 3
    assert current(head_client) == (TITLES[2], reverse("exam_create"))
    exam = ExamFactory(establishment=establishment, starts_at=timezone.now() + DAY)
    sitting = SittingFactory(exam=exam, candidate=candidate)
    assert ticked(head_client) == [True] * 3 + [False] * 2
    assert current(head_client) == (TITLES[3], reverse("exam_codes", args=[exam.pk]))
    Sitting.objects.update(present=True)
    assert ticked(head_client) == [True] * 4 + [False]
    assert current(head_client) == (TITLES[4], reverse("exam_checklist", args=[exam.pk]))
    Sitting.objects.filter(pk=sitting.pk).update(state="closed", mark=12, closed_at=timezone.now(), epoch=1)
    assert ticked(head_client) == []
    assert "Premiers pas" not in home(head_client)


def test_what_is_undone_is_to_be_done_again(head_client, establishment):
    set_supervisor_password(establishment=establishment, password=PASSWORD)
    CandidateFactory(establishment=establishment)
    assert ticked(head_client) == [True, True, False, False, False]
    close_supervisor_account(establishment=establishment)
    Candidate.objects.all().delete()
    assert ticked(head_client) == [False] * 5


def test_steps_may_be_done_in_any_order(head_client, establishment):
    SittingFactory(exam=ExamFactory(establishment=establishment))
    assert ticked(head_client) == [False, True, True, False, False]
    assert current(head_client)[0] == TITLES[0]


def test_it_comes_back_with_the_next_session(head_client, establishment, monkeypatch):
    SittingFactory(exam=ExamFactory(establishment=establishment), closed=True)
    set_supervisor_password(establishment=establishment, password=PASSWORD)
    assert ticked(head_client) == []
    next_year = datetime(timezone.now().year + 1, 1, 20, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: next_year)
    head_client.force_login(Membership.objects.get(role=Role.HEAD).user)
    assert ticked(head_client) == [True, False, False, False, False]
    assert f"Premiers pas de la session {next_year.year}" in home(head_client)


def test_nothing_is_asked_once_the_session_is_closed(head_client, establishment, monkeypatch):
    year = timezone.now().year
    SessionDates.objects.filter(year=year).update(closes_on=date(year, 1, 2))
    evening = datetime(year, 1, 2, 22, 59, tzinfo=UTC)
    for moment, shown in ((evening, True), (evening + timedelta(minutes=2), False)):  # 23:59 and 00:01 in Paris
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        head_client.force_login(Membership.objects.get(role=Role.HEAD).user)
        assert bool(ticked(head_client)) is shown
        page = head_client.get(reverse("statistics")).content.decode()
        assert (f'<a class="fr-btn" href="{reverse("candidate_import")}">' in page) is shown


def test_an_exam_that_nobody_sat_is_no_exam(head_client, establishment):
    CandidateFactory(establishment=establishment)
    ExamFactory(establishment=establishment, starts_at=timezone.now() - DAY)
    assert ticked(head_client)[2] is False


def test_an_exam_on_paper_has_its_own_page(head_client, establishment, supervisor):
    set_supervisor_password(establishment=establishment, password=PASSWORD)
    exam = ExamFactory(establishment=establishment, kind=ExamKind.OFFLINE, starts_at=timezone.now() - DAY)
    SittingFactory(exam=exam, access_code="")
    page = reverse("exam_detail", args=[exam.pk])
    assert current(head_client) == (TITLES[3], page)
    assert reverse("exam_checklist", args=[exam.pk]) not in home(head_client)


def test_other_schools_tick_nothing(head_client, other_establishment):
    MembershipFactory(establishment=other_establishment, role=Role.SUPERVISOR)
    SittingFactory(exam=ExamFactory(establishment=other_establishment), closed=True)
    assert ticked(head_client) == [False] * 5


@pytest.mark.parametrize(("days", "holds"), [(None, True), (0, True), (-1, False)])
def test_a_delegated_supervisor_counts_while_the_delegation_holds(head_client, establishment, days, holds):
    today = timezone.localdate()
    user = UserFactory(email=None)
    user.set_unusable_password()
    user.save()
    MembershipFactory(
        establishment=establishment,
        role=Role.SUPERVISOR,
        user=user,
        source=MembershipSource.ACADEMIC,
        valid_until=days if days is None else today + timedelta(days=days),
    )
    assert ticked(head_client)[0] is holds


@pytest.mark.parametrize("count", [0, 3])
def test_it_costs_the_same(establishment, django_assert_num_queries, count):
    exams = [ExamFactory(establishment=establishment) for _ in range(count)]
    for exam in exams:
        SittingFactory.create_batch(2, exam=exam)
    with django_assert_num_queries(5):
        first_steps(establishment, timezone.now())


def test_a_technical_absence_is_no_result(establishment):
    SittingFactory(exam=ExamFactory(establishment=establishment), state=SittingState.VOID, epoch=1)
    found = first_steps(establishment, timezone.now())
    assert (found.entered, found.results) == (True, False)


# --- Empty pages --------------------------------------------------------------------------------------------------


def button(client, name: str) -> str:
    """Where the empty page's one button leads."""
    page = client.get(reverse(name)).content.decode()
    part = page[page.index('class="app-empty"') :].split("</div>")[0]
    return re.search(r'<a class="fr-btn" href="([^"]+)"', part).group(1)


@pytest.mark.parametrize("name", ["exam_list", "statistics", "all_attestations", "exam_create", "candidate_list"])
def test_without_candidates_every_empty_page_leads_to_their_import(head_client, name):
    assert button(head_client, name) == reverse("candidate_import")


@pytest.mark.parametrize("name", ["exam_list", "statistics", "all_attestations"])
def test_with_candidates_it_leads_to_the_exam(head_client, establishment, name):
    CandidateFactory(establishment=establishment)
    assert button(head_client, name) == reverse("exam_create")


def test_the_list_of_candidates_leads_on_until_there_is_an_exam(head_client, establishment):
    candidate = CandidateFactory(establishment=establishment)
    link = f'href="{reverse("exam_create")}"'
    assert link in head_client.get(reverse("candidate_list")).content.decode()
    SittingFactory(exam=ExamFactory(establishment=establishment), candidate=candidate)
    assert link not in head_client.get(reverse("candidate_list")).content.decode()


def test_a_supervisor_is_led_to_nothing_they_may_not_do(supervisor_client):
    page = supervisor_client.get(reverse("exam_list")).content.decode()
    part = page[page.index('class="app-empty"') :].split("</div>")[0]
    assert "<a" not in part
    assert "premiers-pas" not in page


def test_the_form_of_an_exam_waits_for_candidates(head_client, establishment):
    assert "data-exam-form" not in head_client.get(reverse("exam_create")).content.decode()
    CandidateFactory(establishment=establishment)
    assert "data-exam-form" in head_client.get(reverse("exam_create")).content.decode()
    assert not Exam.objects.exists()
