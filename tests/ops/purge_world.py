"""Sessions of several years in schools of many time zones, made row by row beside a list of what is of which year.

The list is kept by whoever makes a row, from local dates: no rule of the platform is asked which year something is of.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from candidates.models import Candidate, ImportDraft
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from establishments.enums import Door
from establishments.models import AccountRequest, AuthorisedEstablishment, Establishment, SignIn, SignUp, User
from exams.models import Exam, ExamQuestion, ExportedResult, Incident, Question, SiecleExport, Sitting, SittingEvent
from stats.models import WeekFigures

FRENCH = ("Pacific/Noumea", "Pacific/Tahiti", "America/Miquelon", "Europe/Paris", "Indian/Reunion")
PLATFORM = ZoneInfo("Europe/Paris")


def forty_zones() -> list[str]:
    """One zone of every offset that there is on 1 January, the French ones among them; forty in all."""
    by_offset = {}
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        by_offset.setdefault(datetime(2027, 1, 1, tzinfo=ZoneInfo(name)).utcoffset(), name)
    zones = [*dict.fromkeys([*FRENCH, *by_offset.values()])]
    return [*zones, *zones][: max(40, len(zones))]


class Built:
    """Model → key → the year of the row."""

    def __init__(self):
        self.years: dict = {}
        self.school: dict = {}  # (model, key) → establishment's key

    def add(self, row, year: int):
        self.years.setdefault(type(row), {})[row.pk] = year
        return row

    def left_after(self, year: int, holding: set[int] = frozenset()) -> dict:
        """What must be there once `year` is purged; the establishments of `holding` keep everything."""
        return {
            model: {key for key, of in rows.items() if of > year or self.school.get((model, key)) in holding}
            for model, rows in self.years.items()
        }


def there() -> dict:
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in MODELS}


MODELS = (
    Candidate, ImportDraft, Exam, ExamQuestion, Sitting, SittingEvent, Incident, SiecleExport, ExportedResult, Job,
    SignIn, SignUp, AccountRequest, WeekFigures,
)  # fmt: skip


def build(zones, years, *, pupils: int = 2, name: str = "CANARI", files: bool = False, late: bool = True) -> Built:
    """`late`: each school has an exam that starts on 31 December at 23:30."""
    built = Built()
    question = Question.objects.create(code="q", theme="circulation", statement="?", scene="", explanation="")
    user = User.objects.create(username="someone")
    schools = [
        Establishment.objects.create(
            identifier=f"P{n:06d}A", name=f"École {n}", email=f"e{n}@example.org", time_zone=zone, category="EN",
            status="public", academy="01", identifier_kind="UAI",
        )
        for n, zone in enumerate(zones)
    ]  # fmt: skip
    for school in schools:
        for year in years:
            _session(built, school, year, question, user, pupils, name, files, late)
    _nobodys(built, years, user)
    return built


def _session(built, school, year, question, user, pupils, name, files, late):
    zone = ZoneInfo(school.time_zone)

    def add(row, of=year):
        row.save(force_insert=True)
        built.school[type(row), row.pk] = school.pk
        return built.add(row, of)

    people = [
        add(
            Candidate(
                establishment=school, year=year, last_name=f"{name}{n}", first_name="Lily", birth_date=date(2012, 4, 3),
                identifier=f"{year}{n}", attestation="ASSR1",
            )
        )
        for n in range(pupils)
    ]  # fmt: skip
    add(ImportDraft(establishment=school, year=year, filename=f"{name}.csv", rows=[{"last_name": name}]))
    people_of_week = {"registered": pupils, "present": pupils, "admitted": pupils}
    week = WeekFigures(establishment=school, year=year, attestation="ASSR1", week=date(year, 1, 19), **people_of_week)
    week.counted_at = datetime(year, 6, 1, tzinfo=zone)
    add(week)
    export = add(SiecleExport(establishment=school, year=year, made_at=datetime(year, 6, 1, tzinfo=zone)))
    starts = [datetime(year, 1, 20, 9, tzinfo=zone), *([datetime(year, 12, 31, 23, 30, tzinfo=zone)] if late else [])]
    for number, at in enumerate(starts):
        exam = add(
            Exam(
                establishment=school, year=year, kind="exam", attestation="ASSR1", name=f"Épreuve {name}",
                number=f"{school.pk}-{year}-{number}", starts_at=at, ends_at=at + timedelta(hours=3),
            )
        )  # fmt: skip
        add(ExamQuestion(exam=exam, number=1, question=question))
        add(Incident(exam=exam, category="other", text=name, at=at))
        for candidate in people:
            sitting = add(Sitting(exam=exam, candidate=candidate, order=[1], access_code=f"C{candidate.pk}"))
            add(SittingEvent(sitting=sitting, kind="started", at=at))
            add(Incident(exam=exam, sitting=sitting, category="other", text=name, at=at))
    add(
        ExportedResult(
            export=export, candidate=people[0], attestation="ASSR1", outcome="admitted", day=date(year, 6, 1)
        )
    )
    midnight = datetime(year + 1, 1, 1, tzinfo=zone)
    for at, of in ((midnight - timedelta(seconds=1), year), (midnight, year + 1)):
        job = add(Job(kind="k", title="t", scope=str(school.pk), state=JobState.DONE), of)
        if files:
            job.file = f"{job.pk}-1"
            jobs.path_of(job.file).parent.mkdir(parents=True, exist_ok=True)
            jobs.path_of(job.file).write_text(name)
        Job.objects.filter(pk=job.pk).update(created_at=at, file=job.file)
        add(SignIn(user=user, establishment=school, door=Door.LOCAL, at=at), of)


def _nobodys(built, years, user):
    line = AuthorisedEstablishment.objects.create(identifier="X", name="X", identifier_kind="UAI", category="EN")
    for year in years:
        midnight = datetime(year + 1, 1, 1, tzinfo=PLATFORM)
        for at, of in ((midnight - timedelta(seconds=1), year), (midnight, year + 1)):
            job = built.add(Job.objects.create(kind="k", title="t"), of)
            # Of an establishment that is no more.
            lost = built.add(Job.objects.create(kind="k", title="t", scope="999999"), of)
            Job.objects.filter(pk__in=[job.pk, lost.pk]).update(created_at=at)
            built.add(SignIn.objects.create(user=user, door=Door.LOCAL, at=at), of)
            built.add(SignUp.objects.create(authorised=line, fields={}, password="x", created_at=at), of)
            request = built.add(
                AccountRequest.objects.create(
                    identifier=f"{of}{at}", identifier_kind="EPIDE", name="n", state="refused"
                ),
                of,
            )
            AccountRequest.objects.filter(pk=request.pk).update(created_at=at)
