"""Who issued what and when: one original, printed again on its day only, then one duplicate (handbook 8 and 10.3)."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certificates import actions, documents, queries, rules, tasks
from certificates.enums import Copy
from certificates.models import Issue
from certificates.rules import Printing
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from esr.core.templatetags.components import french
from establishments.models import Membership, User
from tests.certificates.reading import text_of
from tests.exams.test_candidate_list_races import together
from tests.factories import ExamFactory, MembershipFactory, SittingFactory

pytestmark = pytest.mark.django_db

ALL = "/candidats/attestations/"
DAY = timedelta(days=1)


@pytest.fixture
def exam(establishment):
    return ExamFactory(establishment=establishment, number="48210937")


def admitted(exam, last_name="BAILLY", **values):
    return SittingFactory(
        exam=exam, candidate__last_name=last_name, candidate__first_name="Lily", closed=True, **values
    )


def said(response):
    return [str(message) for message in response.wsgi_request._messages]


def names(pdf):
    return [page.split("Nom : ")[1].split()[0] for page in text_of(pdf)]


def rows():
    found = Issue.objects.order_by("at", "sitting__candidate__last_name")
    return list(found.values_list("sitting__candidate__last_name", "copy", "account"))


def written(day):
    return date_format(day, "j F Y")


def local(moment, exam):
    return moment.astimezone(exam.establishment.zone).date()


@pytest.fixture
def yesterday(exam):
    """Issue the original of a sitting the day before, by nobody; give its local day."""

    def issue(*sittings, days=1):
        at = timezone.now() - days * DAY
        actions.issue(sittings=sittings, at=at, account=None)
        return local(at, exam)

    return issue


# --- The rule ---------------------------------------------------------------------------------------------------------

TODAY = date(2026, 9, 12)
BEFORE = date(2026, 7, 3)


@pytest.mark.parametrize(
    ("original", "duplicate", "printing"),
    [
        (None, None, Printing.ORIGINAL),
        (TODAY, None, Printing.ORIGINAL),
        (BEFORE, None, Printing.DUPLICATE),
        (BEFORE, TODAY, Printing.DUPLICATE),
        (BEFORE, BEFORE, Printing.NOTHING),
        (BEFORE, date(2026, 9, 11), Printing.NOTHING),
    ],
)
def test_what_may_be_printed(original, duplicate, printing):
    assert rules.printing(original, duplicate, TODAY) is printing


def test_one_original_and_one_duplicate_by_the_database_itself(exam):
    sitting = admitted(exam)
    for copy in Copy.values:
        Issue.objects.create(sitting=sitting, copy=copy, at=timezone.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.create(sitting=sitting, copy=copy, at=timezone.now())


def test_what_was_issued_goes_with_its_sitting(exam):
    sitting = admitted(exam)
    Issue.objects.create(sitting=sitting, copy=Copy.ORIGINAL, at=timezone.now())
    sitting.delete()
    assert not Issue.objects.exists()


def test_the_day_is_the_establishment_s(other_establishment):
    sitting = admitted(ExamFactory(establishment=other_establishment))  # La Réunion, four hours ahead of UTC
    actions.issue(sittings=[sitting], at=datetime(2026, 7, 3, 21, tzinfo=UTC), account=None)
    actions.issue(sittings=[sitting], at=datetime(2026, 7, 4, 19, 59, tzinfo=UTC), account=None)
    with pytest.raises(actions.AlreadyIssued):
        actions.issue(sittings=[sitting], at=datetime(2026, 7, 4, 20, tzinfo=UTC), account=None)
    assert queries.original_days([sitting]) == {sitting.pk: date(2026, 7, 4)}


# --- The original -----------------------------------------------------------------------------------------------------


def test_the_first_print_is_recorded_and_the_day_s_others_are_the_same_paper(head_client, exam):
    admitted(exam, "ADMIS")
    admitted(exam, "BIEN")
    url = reverse("exam_attestations", args=[exam.pk])
    head_client.get(url)
    assert rows() == []
    first, again = head_client.post(url), head_client.post(url)
    head = Membership.objects.get(establishment=exam.establishment).user_id
    assert rows() == [("ADMIS", "original", head), ("BIEN", "original", head)]
    assert first.content == again.content
    assert names(first.content) == ["ADMIS", "BIEN"]


def test_rows_are_written_in_one_order_whoever_writes_them(exam):
    """Two heads whose lists are in other orders would wait for each other's rows."""
    sittings = [admitted(exam) for _ in range(6)]
    actions.issue(sittings=sittings, at=timezone.now(), account=None)
    keys = list(Issue.objects.order_by("pk").values_list("sitting", flat=True))
    assert keys == sorted(sitting.pk for sitting in sittings)


def test_an_original_of_another_day_is_not_printed_again(head_client, exam, yesterday):
    sitting = admitted(exam, "ADMIS")
    day = yesterday(sitting)
    admitted(exam, "BIEN")
    response = head_client.post(reverse("exam_attestations", args=[exam.pk]))
    assert names(response.content) == ["BIEN"]
    assert said(response) == [f"Attestations déjà délivrées, laissées de côté : 1 (le {written(day)})."]
    page = head_client.get(reverse("exam_attestations", args=[exam.pk])).content.decode()
    assert "1 attestation à imprimer" in page
    assert "Une attestation délivrée un autre jour n’est pas réimprimée" in page
    assert page.count(reverse("candidate_duplicate", args=[sitting.candidate_id])) == 1


def test_a_document_that_fails_is_not_recorded(head_client, exam, monkeypatch):
    admitted(exam)
    monkeypatch.setattr(documents, "attestations", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        head_client.post(reverse("exam_attestations", args=[exam.pk]))
    assert rows() == []


def test_one_candidate_s_original_then_the_page_of_the_duplicate(head_client, exam):
    sitting = admitted(exam)
    url = reverse("candidate_attestation", args=[sitting.candidate_id])
    assert head_client.get(url).status_code == 405
    first, again = head_client.post(url), head_client.post(url)
    assert first.content == again.content
    assert Issue.objects.count() == 1
    Issue.objects.update(at=timezone.now() - DAY)
    response = head_client.post(url)
    assert response.headers["Location"] == f"/candidats/{sitting.candidate_id}/duplicata/"
    assert Issue.objects.count() == 1


# --- The duplicate ----------------------------------------------------------------------------------------------------


def duplicate_url(sitting):
    return reverse("candidate_duplicate", args=[sitting.candidate_id])


def test_the_duplicate_is_printed_once(head_client, exam, yesterday):
    sitting = admitted(exam)
    day = yesterday(sitting)
    url, today = duplicate_url(sitting), local(timezone.now(), exam)
    page = head_client.get(url).content.decode()
    assert "Ce duplicata est le seul" in page
    assert f"Original délivré le {written(day)}" in page
    assert rows() == [("BAILLY", "original", None)]
    response = head_client.post(url, {"sitting": sitting.pk})
    assert response["Content-Disposition"] == 'attachment; filename="duplicata-bailly-lily.pdf"'
    (text,) = text_of(response.content)
    assert f"DUPLICATA Session {exam.year}" in text
    assert f"Fait à PARIS, le {written(day)}. Duplicata délivré le {written(today)}" in text
    head = Membership.objects.get(establishment=exam.establishment).user_id
    assert rows() == [("BAILLY", "original", None), ("BAILLY", "duplicate", head)]
    # Its paper jams: the same one comes out again until tonight.
    assert "Le duplicata a été délivré aujourd’hui" in head_client.get(url).content.decode()
    assert head_client.post(url, {"sitting": sitting.pk}).content == response.content
    assert Issue.objects.count() == 2

    Issue.objects.update(at=timezone.now() - DAY)
    Issue.objects.filter(copy=Copy.ORIGINAL).update(at=timezone.now() - 2 * DAY)
    response = head_client.post(url, {"sitting": sitting.pk})
    assert (response.headers["Location"], Issue.objects.count()) == (url, 2)
    page = head_client.get(url).content.decode()
    assert "Plus aucun exemplaire ne peut être imprimé" in page
    assert french(rules.ONLY_ONE) in page
    assert reverse("attestation_model") in page
    assert "Imprimer le duplicata" not in page


def test_there_is_no_duplicate_of_an_original_of_today(head_client, exam):
    sitting = admitted(exam)
    url = duplicate_url(sitting)
    for print_first in (False, True):
        if print_first:
            head_client.post(reverse("candidate_attestation", args=[sitting.candidate_id]))
        page = head_client.get(url).content.decode()
        assert ("Imprimer l’original" in page, "Imprimer le duplicata" in page) == (True, False)
        assert head_client.post(url, {"sitting": sitting.pk}).headers["Location"] == url
        assert Issue.objects.filter(copy=Copy.DUPLICATE).count() == 0
    with pytest.raises(ValueError, match="no original of a day before"):
        actions.issue_duplicate(sitting=sitting, at=timezone.now(), account=None)


@pytest.mark.parametrize("value", ["", "x", "11111111-1111-1111-1111-111111111111", "other"])
def test_a_duplicate_of_something_else_is_refused(head_client, exam, yesterday, value):
    sitting, other = admitted(exam), admitted(exam, "AUTRE")
    yesterday(sitting, other)
    response = head_client.post(duplicate_url(sitting), {"sitting": other.pk if value == "other" else value})
    assert said(response) == ["Cette attestation n’est plus à imprimer : elle a changé entre-temps."]
    assert Issue.objects.count() == 2


def test_whoever_is_exported_since_has_no_duplicate_here(head_client, exam, yesterday):
    sitting = admitted(exam)
    yesterday(sitting)
    sitting.candidate.export_to_siecle = True
    sitting.candidate.save()
    assert head_client.get(duplicate_url(sitting)).status_code == 404
    page = head_client.get(reverse("exam_attestations", args=[exam.pk])).content.decode()
    assert "Attestations délivrées (1)" in page
    assert duplicate_url(sitting) not in page


def test_the_register_names_accounts_that_still_exist(head_client, exam, establishment):
    someone, gone = (MembershipFactory(establishment=establishment).user for _ in range(2))
    first, second = admitted(exam, "ADMIS"), admitted(exam, "BIEN")
    at = timezone.now() - DAY
    actions.issue(sittings=[first], at=at, account=gone.pk)
    actions.issue(sittings=[second], at=at, account=someone.pk)
    actions.issue_duplicate(sitting=second, at=timezone.now(), account=someone.pk)
    User.objects.filter(pk=gone.pk).delete()
    lines = queries.attestation_plan(establishment, exam.year, timezone.now()).issued
    assert [(line.candidate.last_name, line.original_by, line.duplicate_by) for line in lines] == [
        ("ADMIS", "compte supprimé", ""),
        ("BIEN", lines[1].original_by, lines[1].original_by),
    ]
    assert someone.username in lines[1].original_by
    page = " ".join(head_client.get(ALL).content.decode().split())
    assert f"{at.astimezone(establishment.zone):%d/%m/%Y}, par compte supprimé" in page


# --- Batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_leaves_what_was_issued_and_consumes_no_duplicate(
    head_client, exam, yesterday, django_capture_on_commit_callbacks
):
    before = [admitted(exam, "ADMIS"), admitted(exam, "BIEN")]
    early, late = yesterday(before[0], days=3), yesterday(before[1])
    admitted(exam, "NOUVEAU")
    with django_capture_on_commit_callbacks(execute=True):
        response = head_client.post(ALL, {"everyone": "on"})
    job = Job.objects.get()
    assert (job.state, names(jobs.path_of(job.file).read_bytes())) == (JobState.DONE, ["NOUVEAU"])
    assert said(response) == [
        f"Attestations déjà délivrées, laissées de côté : 2 (du {written(early)} au {written(late)})."
    ]
    assert Issue.objects.filter(copy=Copy.DUPLICATE).count() == 0
    assert Issue.objects.filter(copy=Copy.ORIGINAL).count() == 3
    response = head_client.post(ALL, {"candidates": [sitting.candidate_id for sitting in before]})
    assert said(response)[-1] == "Aucune attestation à imprimer pour ces candidats."
    assert Job.objects.count() == 1


class Progress:
    def __init__(self, asked_at, say=lambda done, total: None):
        self.job, self.say = Job(created_at=asked_at), say

    def __call__(self, done, total):
        self.say(done, total)


def task(exam, *, at=None, **values):
    return tasks.attestations(
        Progress(at or timezone.now(), **values),
        establishment=exam.establishment_id,
        candidates=list(exam.sittings.values_list("candidate", flat=True)),
        account=7,
    )


def test_a_job_done_twice_counts_once(exam):
    """Killed after it recorded and before its file was there: the next worker prints the same."""
    admitted(exam)
    at = timezone.now()
    first, again = task(exam, at=at), task(exam, at=at)
    assert first == again
    assert rows() == [("BAILLY", "original", 7)]


def test_a_job_that_waited_past_midnight_is_dated_the_day_it_was_asked_for(exam):
    sitting = admitted(exam)
    at = timezone.now() - DAY
    (text,) = text_of(task(exam, at=at).content)
    assert f"le {written(local(at, exam))}" in text
    assert queries.original_days([sitting]) == {sitting.pk: local(at, exam)}


def test_a_job_that_stops_in_the_middle_records_nothing(exam):
    admitted(exam)

    def stop(done, total):
        if done == total:
            raise jobs.Interrupted

    with pytest.raises(jobs.Interrupted):
        task(exam, say=stop)
    assert rows() == []


def test_a_job_cancelled_after_its_last_page_records_nothing(exam, monkeypatch):
    admitted(exam)
    scope = str(exam.establishment_id)
    candidates = list(exam.sittings.values_list("candidate", flat=True))
    arguments = {"establishment": exam.establishment_id, "candidates": candidates, "account": 7}
    job = jobs.start(tasks.ATTESTATIONS, title="Attestations", scope=scope, **arguments)
    make = documents.attestations

    def make_and_cancel(*args, **options):
        content = make(*args, **options)
        jobs.cancel(job)
        return content

    monkeypatch.setattr(documents, "attestations", make_and_cancel)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert rows() == []


def test_originals_that_were_issued_are_not_asked_for_again(head_client, exam, yesterday):
    """Their file has expired: doing the job again would print originals for ever."""
    yesterday(admitted(exam))
    job = Job.objects.create(
        kind=tasks.ATTESTATIONS,
        title="Attestations",
        scope=str(exam.establishment_id),
        state=JobState.DONE,
        filename="a.pdf",
        finished_at=timezone.now(),
    )
    page = head_client.get(reverse("job", args=[job.pk])).content.decode()
    assert "un original perdu se remplace par un duplicata" in page
    assert "/refaire/" not in page
    response = head_client.post(reverse("job_again", args=[job.pk]))
    assert "ne se réimpriment pas" in said(response)[0]
    assert Job.objects.count() == 1


def test_a_job_prints_nothing_that_went_out_on_another_day(exam, yesterday):
    yesterday(admitted(exam))
    with pytest.raises(ValueError, match="ont toutes été délivrées"):
        task(exam)


# --- The archive ------------------------------------------------------------------------------------------------------


def test_copies_for_the_archive_have_the_original_s_date_and_are_not_recorded(exam, yesterday):
    sittings = [admitted(exam, "ADMIS"), admitted(exam, "BIEN")]
    day = yesterday(sittings[0])
    today = local(timezone.now(), exam)
    pdf = documents.attestations(sittings, issued_on=today, originals=queries.original_days(sittings))
    pages = text_of(pdf)
    assert [f"Fait à PARIS, le {written(one)}" in page for page, one in zip(pages, (day, today), strict=True)] == [
        True,
        True,
    ]
    assert Issue.objects.count() == 1


# --- At the same instant ----------------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    ROUNDS = 10

    def both(self, act, *, days=(1, 0), **values):
        """The same act of two heads, on these days before today; how each of them ended."""
        now = timezone.now()
        return together(*(partial(act, at=now - day * DAY, account=None, **values) for day in days))

    def test_two_heads_never_make_two_duplicates(self, exam):
        sittings = [admitted(exam) for _ in range(self.ROUNDS)]
        actions.issue(sittings=sittings, at=timezone.now() - 3 * DAY, account=None)
        for sitting in sittings:
            ends = self.both(actions.issue_duplicate, sitting=sitting)
            assert set(ends) == {"done", actions.AlreadyIssued}
        assert Issue.objects.filter(copy=Copy.DUPLICATE).count() == self.ROUNDS

    def test_two_heads_at_the_only_duplicate_get_the_same_paper(self, exam, yesterday):
        sitting = admitted(exam)
        yesterday(sitting)
        heads = [MembershipFactory(establishment=exam.establishment, role="head").user for _ in range(2)]
        answers = []

        def prints(user):
            client = Client()
            client.force_login(user)
            answers.append(client.post(duplicate_url(sitting), {"sitting": sitting.pk}).content)

        assert together(*(partial(prints, user) for user in heads)) == ["done", "done"]
        assert answers[0] == answers[1] != b""
        assert Issue.objects.filter(copy=Copy.DUPLICATE).count() == 1

    def test_two_heads_of_one_day_share_the_originals(self, exam):
        sittings = [admitted(exam) for _ in range(20)]
        now = timezone.now()
        orders = (sittings, sittings[::-1])
        for _ in range(self.ROUNDS):
            Issue.objects.all().delete()
            acts = (partial(actions.issue, sittings=order, at=now, account=None) for order in orders)
            assert together(*acts) == ["done", "done"]
            assert Issue.objects.count() == len(sittings)

    def test_two_heads_beside_midnight_never_make_originals_of_two_dates(self, exam):
        sittings = [admitted(exam) for _ in range(self.ROUNDS)]
        for sitting in sittings:
            assert set(self.both(actions.issue, sittings=[sitting])) == {"done", actions.AlreadyIssued}
        assert Issue.objects.count() == self.ROUNDS
