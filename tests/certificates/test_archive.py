"""« Archiver la session »: its page, who took what and when, and the reminder of December."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import queries, rules
from certificates.actions import issue
from certificates.enums import DownloadKind
from certificates.models import Download
from esr.core import jobs
from esr.core.models import Job
from establishments.enums import Role
from establishments.models import User
from exams import actions
from exams.enums import EventKind, ExamKind
from exams.models import Sitting
from exams.queries import results_since
from tests.conftest import StrictClient
from tests.factories import CandidateFactory, ExamFactory, MembershipFactory, SittingFactory

URL = "/archive/"
NEVER = "jamais téléchargée"


def page_of(client) -> str:
    return " ".join(client.get(URL).content.decode().split())


@pytest.fixture
def sitting(establishment):
    """Admitted, yesterday."""
    exam = ExamFactory(
        establishment=establishment, starts_at=timezone.now() - timedelta(days=1), exam_questions__count=2
    )
    return SittingFactory(exam=exam, closed=True, order=[1, 2])


def make(client) -> Job:
    """Ask for the archive on the page; a worker makes it."""
    client.post(URL)
    job = Job.objects.get(kind=queries.ARCHIVE)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def take(client, job) -> None:
    response = client.post(reverse("job_file", args=[job.pk]))
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_a_head_archives_the_session(head_client, sitting):
    establishment = sitting.exam.establishment
    page = page_of(head_client)
    assert "Préparer l’archive" in page
    assert page.count(NEVER) == 2  # the archive and the list
    assert page.count("jamais téléchargés") == 2
    assert "1 jamais archivée" in page
    assert "dont <strong>1 jamais délivrée</strong>" in page

    job = make(head_client)
    page = page_of(head_client)
    assert "Une archive est prête." in page
    assert f'action="/travaux/{job.pk}/fichier/"' in page
    # Made is not taken.
    assert NEVER in page
    assert not Download.objects.exists()

    take(head_client, job)
    [download] = Download.objects.all()
    account = User.objects.get(memberships__establishment=establishment)
    assert (download.establishment, download.year, download.kind) == (establishment, sitting.exam.year, "archive")
    assert (download.account, download.as_of) == (account.pk, job.created_at)
    page = page_of(head_client)
    assert "jamais télé" not in page
    assert "jamais archi" not in page
    # A copy for the archive is not an issue.
    assert "dont <strong>1 jamais délivrée</strong>" in page
    issue(sittings=[sitting], at=timezone.now(), account=account.pk)
    assert "jamais" not in page_of(head_client)
    assert f"par {Role.HEAD.label} ({account.username}), dans son état du" in page


def test_a_session_is_archived_until_another_result_comes(head_client, sitting):
    take(head_client, make(head_client))
    year, now = sitting.exam.year, timezone.now()
    establishment = sitting.exam.establishment
    assert queries.copies(establishment, year, now).is_archived
    late = SittingFactory(exam=sitting.exam, closed=True, order=[1, 2])
    late.events.create(kind=EventKind.CLOSED, at=now)
    copies = queries.copies(establishment, year, now)
    assert (copies.is_archived, copies.since, copies.unarchived) == (False, 1, 1)
    page = page_of(head_client)
    assert "1 résultat depuis : préparez une nouvelle archive." in page
    assert page.count("<strong>1 à archiver depuis</strong>") == 2  # results and attestations


def test_what_counts_as_another_result(sitting):
    moment, now = timezone.now() - timedelta(hours=1), timezone.now()

    def since() -> int:
        return results_since(Sitting.objects.all(), moment, now).count()

    assert since() == 0
    for kind, at in (
        (EventKind.STARTED, now),
        (EventKind.PAUSED, now),
        (EventKind.CLOSED, moment),
        (EventKind.RESCORED, moment - timedelta(minutes=1)),
    ):
        sitting.events.create(kind=kind, at=at)
    assert since() == 0
    sitting.events.create(kind=EventKind.RESCORED, at=now)
    sitting.events.create(kind=EventKind.TYPED, at=now)
    assert since() == 1  # of one sitting
    # Nobody did anything: the end of the exam made an absence.
    SittingFactory(exam=ExamFactory(starts_at=now - timedelta(hours=4), ends_at=moment + timedelta(minutes=5)))
    SittingFactory(exam=ExamFactory(starts_at=now - timedelta(hours=4), ends_at=moment))
    SittingFactory(exam=ExamFactory(starts_at=now))
    assert since() == 2


def test_the_clock_of_an_archive_is_when_it_was_asked_for(head_client, sitting):
    """A result that came while the archive waited for a worker is not taken for archived."""
    head_client.post(URL)
    sitting.events.create(kind=EventKind.CLOSED, at=timezone.now())
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    take(head_client, job)
    assert not queries.copies(sitting.exam.establishment, sitting.exam.year, timezone.now()).is_archived


def test_an_older_archive_taken_again_hides_no_newer_one(establishment, sitting):
    now = timezone.now()
    for at, as_of in ((now - timedelta(hours=2), now - timedelta(hours=3)), (now, now - timedelta(days=3))):
        Download.objects.create(
            establishment=establishment,
            year=sitting.exam.year,
            kind=DownloadKind.ARCHIVE,
            at=at,
            as_of=as_of,
            account=1,
        )
    archive = queries.copies(establishment, sitting.exam.year, now).archive
    assert archive.as_of == now - timedelta(hours=3)
    assert archive.by == "compte supprimé"


def test_the_list_of_candidates_is_written_down(head_client, sitting):
    response = head_client.post("/candidats/telecharger/csv/")
    assert response["Cache-Control"] == "private, no-store"
    assert head_client.get("/candidats/telecharger/csv/").status_code == 405
    [download] = Download.objects.all()
    assert (download.kind, download.year, download.at) == ("candidates", sitting.exam.year, download.as_of)
    page = page_of(head_client)
    assert "téléchargée le" in page
    assert "jamais téléchargée" in page  # the archive
    assert head_client.post("/candidats/telecharger/pdf/").status_code == 404
    assert Download.objects.count() == 1


def test_results_for_siecle_are_archived_elsewhere(head_client, sitting):
    sitting.candidate.export_to_siecle = True
    sitting.candidate.save()
    page = page_of(head_client)
    assert "1 à archiver depuis le LSU" in page
    assert "rien à archiver ici" in page


def test_an_exam_that_is_not_over_is_named(head_client, establishment, sitting):
    assert "n’est pas terminée" not in page_of(head_client)
    ExamFactory(establishment=establishment, name="En cours")
    ExamFactory(establishment=establishment, name="À venir", starts_at=timezone.now() + timedelta(days=1))
    ExamFactory(establishment=establishment, name="Entraînement", kind=ExamKind.TRAINING)
    page = page_of(head_client)
    assert "Une archive faite maintenant ne sera pas complète. Ces épreuves sont en cours ou à venir" in page
    assert "En cours</a>" in page
    assert "À venir</a>" in page
    assert "Entraînement" not in page


def test_an_empty_session_has_nothing_to_archive(head_client, other_establishment):
    CandidateFactory(establishment=other_establishment)
    page = page_of(head_client)
    assert "Il n’y a rien à archiver" in page
    assert "Préparer" not in page
    response = head_client.post(URL, follow=True)
    assert "il n’y a rien à archiver." in response.content.decode()
    assert not Job.objects.exists()


def test_two_clicks_make_one_archive(head_client, sitting):
    urls = {head_client.post(URL)["Location"] for _ in range(2)}
    assert len(urls) == 1
    assert Job.objects.count() == 1
    page = page_of(head_client)
    assert "L’archive se prépare" in page
    assert "Préparer l’archive" not in page


def test_an_archive_is_the_heads_own(
    head_client, other_head_client, other_establishment, supervisor_client, client, sitting
):
    job = make(head_client)
    assert supervisor_client.get(URL).status_code == supervisor_client.post(URL).status_code == 403
    assert supervisor_client.post(reverse("job_file", args=[job.pk])).status_code == 404
    assert client.get(URL).status_code == 302
    assert other_head_client.post(reverse("job_file", args=[job.pk])).status_code == 404
    assert "Il n’y a rien à archiver" in page_of(other_head_client)
    assert not Download.objects.exists()
    take(head_client, job)
    CandidateFactory(establishment=other_establishment)
    assert page_of(other_head_client).count(NEVER) == 2


def test_the_page_asks_as_much_for_one_as_for_three(head_client, sitting, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as one:
        head_client.get(URL)
    for _ in range(2):
        SittingFactory(exam=ExamFactory(establishment=sitting.exam.establishment), closed=True)
    with django_assert_max_num_queries(len(one)):
        head_client.get(URL)


# --- The reminder (Z1) ----------------------------------------------------------------------------------------------


@pytest.fixture
def home(monkeypatch, establishment):
    """The home page at an instant; signed in anew, for sessions are short."""
    head = MembershipFactory(establishment=establishment).user

    def look(*moment) -> str:
        monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))
        client = StrictClient()
        client.force_login(head)
        response = client.get("/accueil/")
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return look


def old_sitting(establishment):
    exam = ExamFactory(establishment=establishment, starts_at=datetime(2026, 5, 4, 9, tzinfo=UTC))
    return SittingFactory(exam=exam, closed=True)


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Paris", (2026, 11, 30, 22, 59, 59), (2026, 11, 30, 23, 0)),
        ("Indian/Reunion", (2026, 11, 30, 19, 59, 59), (2026, 11, 30, 20, 0)),
        ("America/Guadeloupe", (2026, 12, 1, 3, 59, 59), (2026, 12, 1, 4, 0)),
        ("Pacific/Noumea", (2026, 11, 30, 12, 59, 59), (2026, 11, 30, 13, 0)),
    ],
)
def test_heads_are_reminded_from_the_first_of_december_of_their_clock(home, establishment, zone, before, after):
    type(establishment).objects.update(time_zone=zone)
    old_sitting(establishment)
    assert "Archivez la session" not in home(*before)
    page = home(*after)
    assert "Archivez la session 2026 : il reste 31 jours" in page
    assert "Le 1er janvier 2027, tous les candidats, épreuves, réponses et résultats de la session 2026" in page
    assert f'href="{URL}"' in page


def test_the_reminder_ends_with_the_archive_and_with_the_year(home, establishment):
    sitting = old_sitting(establishment)
    last_minutes = (2026, 12, 31, 22, 59)
    assert "Dernier jour pour archiver la session 2026" in home(*last_minutes)
    taken = {"establishment": establishment, "year": 2026, "kind": DownloadKind.ARCHIVE, "account": 1}
    moment = datetime(2026, 12, 1, tzinfo=UTC)
    download = Download.objects.create(**taken, at=moment, as_of=moment)
    assert 'id="archiver"' not in home(*last_minutes)
    sitting.events.create(kind=EventKind.GRADED, at=moment + timedelta(days=1))
    assert "n’est plus complète : 1 résultat a été enregistré depuis." in home(*last_minutes)
    download.delete()
    assert 'id="archiver"' not in home(2026, 12, 31, 23)


def test_nobody_is_reminded_of_an_empty_session(home):
    assert 'id="archiver"' not in home(2026, 12, 15)


@pytest.mark.parametrize(("day", "left"), [((12, 1), 31), ((12, 30), 2), ((12, 31), 1), ((1, 1), 365)])
def test_how_many_days_are_left(day, left):
    today = datetime(2026, *day).date()
    assert rules.days_left(today) == left
    assert rules.is_reminded(today) == (day[0] == 12)


def test_a_result_typed_after_the_archive_is_seen(establishment):
    """The real verb, not an invented event."""
    now = timezone.now()
    exam = ExamFactory(establishment=establishment, kind=ExamKind.OFFLINE, starts_at=now - timedelta(hours=5))
    sitting = SittingFactory(exam=exam, access_code="")
    moment = timezone.now()
    head = MembershipFactory(establishment=establishment).user
    actions.type_results(exam=exam, results={sitting.pk: 15}, by=head, now=timezone.now())
    assert results_since(Sitting.objects.all(), moment, timezone.now()).count() == 1
