"""« Archivez votre session »: who is written to in December, how often, and with what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from certificates.enums import DownloadKind
from certificates.models import Download
from esr.ops import reminding
from esr.ops.models import Reminder
from exams.enums import EventKind
from exams.models import Sitting
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

FIRST = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def school(db):
    school = EstablishmentFactory(name="Collège des Mimosas")
    exam = ExamFactory(establishment=school, starts_at=datetime(2026, 6, 2, 8, tzinfo=UTC))
    SittingFactory(exam=exam, closed=True, candidate__last_name="CANARI")
    SittingFactory(exam=exam)
    CandidateFactory(establishment=school, year=2026)
    return school


def test_each_school_that_holds_data_is_told_what_it_holds_without_names(school):
    EstablishmentFactory()  # it holds nothing
    CandidateFactory(year=2025)  # nor this one, of this session
    assert reminding.remind(now=FIRST) == 1
    (message,) = mail.outbox
    assert message.to == [school.email]
    assert message.subject == "Archivez la session 2026 avant le 1er janvier"
    assert "candidats : 3\nrésultats : 1\nrésultats absents de votre dernière archive : 1" in message.body
    assert "Collège des Mimosas" in message.body
    assert "CANARI" not in message.body + message.alternatives[0].content


def test_at_most_once_a_week_and_only_in_december(school):
    days = [FIRST - DAY, *(FIRST + n * DAY for n in range(40))]
    # Twice a day: beat may send a task twice.
    sent = [day for day in days for _ in range(2) if reminding.remind(now=day)]
    assert [(day - FIRST).days for day in sent] == [0, 7, 14, 21, 28]


def test_december_begins_where_the_school_is(school):
    school.time_zone = "Pacific/Tahiti"
    school.save()
    assert reminding.remind(now=datetime(2026, 12, 1, 9, 59, tzinfo=UTC)) == 0
    assert reminding.remind(now=datetime(2026, 12, 1, 10, tzinfo=UTC)) == 1
    assert reminding.remind(now=datetime(2027, 1, 1, 9, tzinfo=UTC)) == 1  # still 31 December there


def test_a_reminder_that_could_not_be_kept_is_due_again(school, monkeypatch):
    def away(*args, **kwargs):
        raise OSError("full")

    with monkeypatch.context() as patch:
        patch.setattr(reminding.mails, "send", away)
        with pytest.raises(OSError, match="full"):
            reminding.remind(now=FIRST)
    assert reminding.remind(now=FIRST + DAY) == 1
    assert reminding.remind(now=FIRST + 2 * DAY) == 0
    assert Reminder.objects.get().sent_at == FIRST + DAY


def test_who_has_archived_everything_is_left_in_peace_until_there_is_more(school):
    taken = {"establishment": school, "year": 2026, "kind": DownloadKind.ARCHIVE, "account": 1}
    Download.objects.create(at=FIRST, as_of=FIRST - DAY, **taken)
    assert reminding.remind(now=FIRST) == 0
    graded = Sitting.objects.get(mark__isnull=False)
    graded.events.create(kind=EventKind.RESCORED, at=FIRST)
    assert reminding.remind(now=FIRST + DAY) == 1
    assert "résultats absents de votre dernière archive : 1" in mail.outbox[0].body
    Download.objects.create(at=FIRST + 2 * DAY, as_of=FIRST + 2 * DAY, **taken)
    assert reminding.remind(now=FIRST + 9 * DAY) == 0
