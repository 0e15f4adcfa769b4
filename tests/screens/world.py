"""What there is to see: a platform nobody came to yet, then three schools, one empty, one like many, one huge.

Everything is invented. `build` takes seconds: the huge school's rows are written in bulk.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from candidates.models import Candidate, ImportDraft
from candidates.rules import ImportRow, RowError
from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from esr.ops import demo
from establishments.auth import SecondFactorAdapter
from establishments.enums import Category, Door, IdentifierKind, MembershipSource, Role, Status
from establishments.models import (
    AccountRequest,
    AuthorisedEstablishment,
    Contact,
    Establishment,
    FaqEntry,
    News,
    Resource,
    SessionDates,
    SignIn,
    SignUp,
    User,
)
from exams import actions, protocol, rules
from exams.bank import source
from exams.enums import ExamKind, QuestionState, Reason, SittingState
from exams.models import BankImport, Exam, Incident, Question, SiecleExport, Sitting
from stats.actions import count_figures
from tests.conftest import SECRET
from tests.factories import EstablishmentFactory, MembershipFactory, QuestionFactory, UserFactory

MEDIA = "0" * 20
"""The folder of `bank/` in which every question's media are."""

EMPTY, NORMAL, HUGE = "vide", "courant", "énorme"
LONG_NAME = (
    "Lycée polyvalent d’enseignement général, technologique et professionnel Antoinette-de-Saint-Exupéry-Lévêque"
)
LONG_PEOPLE = [
    ("ABDELKADER DE LA ROCHEFOUCAULD-MONTMORENCY", "Marie-Antoinette Joséphine"),
    ("ANDRIAMANANTENARAKOTOMALALA", "Tiana Fanomezantsoa"),
    ("VENKATASUBRAMANIAN", "Lakshmi"),
    ("X", "É"),
]


@dataclass
class School:
    """An establishment, who works in it, and what a page may be about."""

    establishment: Establishment
    head: User
    supervisor: User
    exams: dict[str, Exam] = field(default_factory=dict)  # by what they show: « à venir », « en cours »…
    jobs: dict[str, Job] = field(default_factory=dict)
    drafts: dict[str, ImportDraft] = field(default_factory=dict)
    export: SiecleExport | None = None

    def sitting(self, exam: str, state: SittingState) -> Sitting:
        return self.exams[exam].sittings.filter(state=state).first()

    @property
    def candidate(self) -> Candidate:
        return Candidate.objects.of(self.establishment).first()


@dataclass
class World:
    now: datetime
    schools: dict[str, School] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)  # who is of no school, by who they are
    rows: dict[str, object] = field(default_factory=dict)  # of the administration's tables, by model name
    sign_up: SignUp | None = None


def proved(user: User) -> User:
    """Somebody who gives a telephone's code besides the password."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)})
    return user


def build_bare(now: datetime) -> World:
    """The day the platform opens: an administrator, and nothing else."""
    national = proved(UserFactory(username="nation", email=None, is_staff=True, is_superuser=True))
    return World(now, users={"national": national})


def build(world: World) -> World:
    """Everything else. The bank is the real one; all its questions have the media of `MEDIA`."""
    now = world.now
    questions = source.load()
    actions.load_bank(questions=questions, media={question.code: MEDIA for question in questions})
    demo.load(now)
    world.schools = {EMPTY: _empty_school(), NORMAL: _normal_school(now), HUGE: _huge_school(now)}
    _administration(world)
    count_figures(now=now)
    return world


# --- Schools ---------------------------------------------------------------------------------------------------------


def _people_of(establishment: Establishment) -> tuple[User, User]:
    return tuple(
        MembershipFactory(
            establishment=establishment, role=role, user__username=f"{role}-{establishment.identifier}"
        ).user
        for role in (Role.HEAD, Role.SUPERVISOR)
    )


def _empty_school() -> School:
    establishment = EstablishmentFactory(
        identifier="0312345A", name="Collège des Coquelicots", academy="16", category=Category.NATIONAL_EDUCATION
    )
    return School(establishment, *_people_of(establishment))


def _normal_school(now: datetime) -> School:
    """The demonstration's collège, with a room at work, an exam on paper, a refused import and every kind of job."""
    establishment = Establishment.objects.get(identifier="0750655E")
    local = {"establishment": establishment, "source": MembershipSource.LOCAL}
    head, supervisor = (
        User.objects.get(memberships__role=role, **{f"memberships__{k}": v for k, v in local.items()})
        for role in (Role.HEAD, Role.SUPERVISOR)
    )
    exams = Exam.objects.of(establishment)
    school = School(
        establishment,
        head,
        supervisor,
        exams={
            "à venir": exams.get(name="Examen 3B"),
            "en cours": exams.get(name=demo.OPEN_EXAM),
            "entraînement": exams.get(name=demo.OPEN_TRAINING),
            "terminée": exams.get(name="Examen 3C"),
        },
    )
    _begin(school.exams["en cours"], head, now)
    _interrupt(school.exams["terminée"])
    free = Candidate.objects.of(establishment).filter(attestation="ASSR1", sittings=None)
    school.exams["sans internet"] = actions.create_exam(
        establishment=establishment,
        kind=ExamKind.OFFLINE,
        attestation="ASSR1",
        name="Examen 5B sur papier",
        starts_at=now - timedelta(hours=4),
        candidates=free[:12],
        now=now - timedelta(days=1),
    )
    school.exams["sans candidat"] = actions.create_exam(
        establishment=establishment,
        kind=ExamKind.EXAM,
        attestation="ASSR1",
        name="Rattrapage de juin",
        starts_at=now + timedelta(days=20),
        candidates=free[12:13],
        now=now,
    )
    school.exams["sans candidat"].sittings.all().delete()
    school.jobs = {state.value: _job(establishment, state, n) for n, state in enumerate(JobState)}
    school.jobs["siecle"] = Job.objects.create(
        kind="siecle_import", title="Import depuis SIECLE BEE", scope=str(establishment.pk), state=JobState.RUNNING
    )
    school.drafts = {
        "à confirmer": _draft(establishment, now, 40),
        "refusé": _refused_draft(establishment, 3),
    }
    school.export = _export(school, now)
    return school


def _begin(exam: Exam, head: User, now: datetime) -> None:
    """Of the exam's candidates some sit, one is pausing, one finished, one fell silent, one has a technical absence."""
    begun = now - timedelta(minutes=6)
    Exam.objects.filter(pk=exam.pk).update(starts_at=begun, ends_at=rules.ends_at(exam.kind, begun))
    key = actions.answer_key(exam)
    sittings = list(exam.sittings.select_related("candidate"))
    Sitting.objects.filter(pk__in=[sitting.pk for sitting in sittings[:8]]).update(present=True)
    for n, sitting in enumerate(sittings[:5]):
        sitting = actions.start_sitting(sitting=sitting, token=f"{n:t<43}", now=now - timedelta(minutes=4))
        answered = 20 if n == 0 else 2 + n
        items = [protocol.Item(q, 1, expected, True, 9000) for q, expected in list(key.items())[:answered]]
        actions.save_answers(sitting=sitting, epoch=1, items=items, now=now - timedelta(minutes=3 if n == 3 else 0))
    actions.pause(exam=exam, sitting=sittings[2], by=head, now=now)
    actions.declare_technical_absence(sitting=sittings[6], reason=Reason.DEVICE, by=head, now=now)
    Incident.objects.create(exam=exam, category="technical", text="Coupure de deux minutes dans la salle.", at=now)


def _interrupt(exam: Exam) -> None:
    """One of those who never came began, and the network left with their last answers."""
    seen = exam.starts_at + timedelta(minutes=11)
    sitting = exam.sittings.filter(state=SittingState.NOT_STARTED).last()
    sitting.responses = exam.sittings.filter(state=SittingState.CLOSED).first().responses
    sitting.responses = {number: sitting.responses[number] for number in list(sitting.responses)[:9]}
    sitting.state, sitting.epoch, sitting.answer_ms = SittingState.RUNNING, 1, 45_000
    sitting.started_at, sitting.last_seen_at = exam.starts_at, seen
    sitting.save()


def _job(establishment: Establishment, state: JobState, n: int) -> Job:
    made = {"file": f"{n:032x}", "filename": "attestations.pdf"} if state == JobState.DONE else {}
    job = Job.objects.create(
        kind="attestations",
        title=f"Attestations de la session ({state.label.lower()})",
        scope=str(establishment.pk),
        state=state,
        done=30,
        total=112,
        arguments={"n": n},
        error="Le serveur s’est arrêté trois fois pendant ce travail." if state == JobState.FAILED else "",
        **made,
    )
    if job.file:
        path = jobs.path_of(job.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")
    return job


def _rows(count: int) -> list[ImportRow]:
    year = date.today().year
    return [
        ImportRow(
            line=n + 2,
            last_name=f"NOUVEAU {n}" if n % 4 else LONG_PEOPLE[n // 4 % 3][0],
            first_name="Camille",
            birth_date=date(year - 12, 1 + n % 12, 1 + n % 28),
            division=f"5{'ABCD'[n % 4]}",
            sex="F",
            identifier=f"{200000000 + n}AC",
            attestation="ASSR1",
            export_to_siecle=None,
        )
        for n in range(count)
    ]


def _draft(establishment: Establishment, now: datetime, count: int) -> ImportDraft:
    """A file to confirm: new pupils, one already in the list under another class, one who may be a double."""
    known = list(Candidate.objects.of(establishment)[:2])
    rows = _rows(count)
    for n, identifier in enumerate((known[0].identifier, "299999999ZZ")):
        same = {
            name: getattr(known[n], name) for name in ("last_name", "first_name", "birth_date", "sex", "attestation")
        }
        rows[n] = replace(rows[n], identifier=identifier, division="5Z", **same)
    return ImportDraft.objects.create(
        establishment=establishment,
        year=establishment.year_at(now),
        filename="eleves-5e.csv",
        rows=[row.as_json() for row in rows],
        notes=["La colonne « Régime » est ignorée."],
    )


def _refused_draft(establishment: Establishment, count: int) -> ImportDraft:
    columns = ["INE", "Nom de famille", "Prénom", "Date de naissance", "Division", "Sexe", "Attestation", "SIECLE"]
    table = [(1, columns)]
    errors = []
    for n in range(count):
        table.append((n + 2, ["1,4E+09", LONG_PEOPLE[n % 4][0], "Lily", "31/02/2012", "5A", "F", "ASSR3", "non"]))
        errors += [
            RowError(
                n + 2, "INE", "1,4E+09", "Excel a transformé cet INE en nombre : mettez la colonne au format Texte."
            ),
            RowError(n + 2, "Date de naissance", "31/02/2012", "Cette date n’existe pas : écrivez-la JJ/MM/AAAA."),
        ]
    return ImportDraft.objects.create(
        establishment=establishment,
        year=establishment.current_year,
        rows=[],
        table=table,
        filename="liste-des-eleves-de-tout-l-etablissement-version-definitive-2-corrigee.csv",
        errors=[asdict(error) for error in errors],
    )


def _export(school: School, now: datetime) -> SiecleExport:
    export = SiecleExport.objects.create(establishment=school.establishment, year=now.year, made_at=now)
    for n, sitting in enumerate(
        school.exams["terminée"].sittings.filter(state="closed").select_related("candidate")[:9]
    ):
        export.results.create(
            candidate=sitting.candidate,
            ine=sitting.candidate.identifier,
            attestation="ASSR2",
            outcome="admitted",
            day=now.date(),
            problem="" if n % 4 else "Cet INE est inconnu de SIECLE BEE : vérifiez-le dans la liste.",
        )
    return export


HUGE_CANDIDATES, HUGE_EXAM, HUGE_EXAMS = 620, 310, 60


def _huge_school(now: datetime) -> School:
    establishment = EstablishmentFactory(
        identifier="9740001Z",
        name=LONG_NAME,
        academy="28",
        time_zone="Indian/Reunion",
        category=Category.SOUTHERN,
        city="Saint-Barthélemy-de-la-Plaine-des-Palmistes",
        address="1234 chemin départemental des Filaos-Tamarins",
    )
    school = School(establishment, *_people_of(establishment))
    year = establishment.year_at(now)
    people = Candidate.objects.bulk_create(
        Candidate(
            establishment=establishment,
            year=year,
            last_name=LONG_PEOPLE[n % 4][0] if n % 9 == 0 else demo.LAST_NAMES[n % len(demo.LAST_NAMES)],
            first_name=LONG_PEOPLE[n % 4][1] if n % 9 == 0 else "Noël",
            birth_date=date(year - 13, 1 + n % 12, 1 + n % 28),
            division="5e SEGPA Découverte" if n % 9 == 0 else f"5{'ABCDEFGHIJ'[n % 10]}",
            sex="FM"[n % 2],
            identifier=f"{300000000 + n}AC",
            attestation=("ASSR1", "ASSR2")[n % 2],
            extra_time=n % 11 == 0,
        )
        for n in range(HUGE_CANDIDATES)
    )
    first, second = people[::2], people[1::2]
    name = "Examen de toutes les classes de cinquième, groupe 3, salles 101 à 112 du bâtiment Saint-Exupéry"
    shared = {"establishment": establishment, "place": "Bâtiment Saint-Exupéry, salles 101 à 112, puis le gymnase"}
    over = actions.create_exam(
        kind=ExamKind.EXAM,
        attestation="ASSR1",
        name=name,
        starts_at=now - timedelta(days=3),
        candidates=first,
        now=now - timedelta(days=4),
        **shared,
    )
    active = actions.create_exam(
        kind=ExamKind.EXAM,
        attestation="ASSR2",
        name=name,
        starts_at=now - timedelta(minutes=20),
        candidates=second,
        now=now - timedelta(minutes=30),
        **shared,
    )
    _sit(over, now - timedelta(days=3), closed=HUGE_EXAM - 20)
    _sit(active, now - timedelta(minutes=20), closed=40, running=100)
    coming = actions.create_exam(
        kind=ExamKind.TRAINING,
        attestation="ASSR1",
        name=name,
        starts_at=now + timedelta(days=3),
        candidates=people[::2],
        now=now,
        **shared,
    )
    school.exams = {"terminée": over, "en cours": active, "à venir": coming}
    Exam.objects.bulk_create(
        Exam(
            establishment=establishment,
            year=year,
            kind=ExamKind.TRAINING,
            attestation="ASSR1",
            number=f"{80000000 + n}",
            name=f"Entraînement {n}",
            starts_at=now - timedelta(days=10 + n),
            ends_at=now - timedelta(days=7 + n),
        )
        for n in range(HUGE_EXAMS)
    )
    for n in range(60):
        _job(establishment, (JobState.FAILED, JobState.DONE)[n % 2], n)
    school.drafts = {
        "à confirmer": _draft(establishment, now, 900),
        "refusé": _refused_draft(establishment, 200),
    }
    return school


def _sit(exam: Exam, begun: datetime, *, closed: int, running: int = 0) -> None:
    """The first candidates finished with all sorts of marks, the next ones are sitting, the others never came."""
    key = actions.answer_key(exam)
    sittings = list(exam.sittings.all())[: closed + running]
    for n, sitting in enumerate(sittings):
        wrong, answered = n % 13, rules.QUESTIONS if n < closed else n % 19
        sitting.responses = {
            str(q): {"c": "A" if q <= wrong else key[q], "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"}
            for q in range(1, answered + 1)
        }
        sitting.state = SittingState.CLOSED if n < closed else SittingState.RUNNING
        sitting.mark = None
        if n < closed:
            sitting.mark = sum(sitting.responses[str(q)]["c"] == key[q] for q in key)
            sitting.closed_at = begun + timedelta(minutes=18)
        sitting.started_at, sitting.last_seen_at = begun, begun + timedelta(minutes=n % 19)
        sitting.epoch, sitting.answer_ms, sitting.present = 1, 45_000, True
    names = ["responses", "state", "mark", "closed_at", "started_at", "last_seen_at", "epoch", "answer_ms", "present"]
    Sitting.objects.bulk_update(sittings, names, batch_size=100)


# --- Who is of no school ---------------------------------------------------------------------------------------------


def _administration(world: World) -> None:
    normal = world.schools[NORMAL]
    national = world.users["national"]
    tomorrow = date.today() + timedelta(days=1)  # which may be today on La Réunion
    world.users |= {
        "academy": proved(UserFactory(username="academie-paris", email=None, is_staff=True, academy="01")),
        "empty academy": proved(UserFactory(username="academie-corse", email=None, is_staff=True, academy="27")),
        "huge academy": proved(UserFactory(username="academie-reunion", email=None, is_staff=True, academy="28")),
        "unproved": UserFactory(username="nouveau", email=None, is_staff=True, academy="01"),
        "protected": proved(MembershipFactory(establishment=normal.establishment, user__username="protege").user),
        "of two schools": MembershipFactory(
            establishment=normal.establishment,
            source=MembershipSource.ACADEMIC,
            valid_until=tomorrow,
        ).user,
        "former delegate": MembershipFactory(
            establishment=normal.establishment,
            role=Role.SUPERVISOR,
            source=MembershipSource.ACADEMIC,
            valid_until=date.today() - timedelta(days=2),
        ).user,
    }
    MembershipFactory(
        user=world.users["of two schools"],
        establishment=world.schools[HUGE].establishment,
        role=Role.SUPERVISOR,
        source=MembershipSource.ACADEMIC,
        valid_until=tomorrow,
    )
    RecoveryCodes.activate(world.users["protected"])
    for n in range(130):
        EstablishmentFactory(
            identifier=f"974{n:04d}{'ABCDEFGHJKLMNPRSTUVWXYZ'[n % 23]}", academy="28", name=f"Collège no {n} des Hauts"
        )
    request = AccountRequest.objects.create(
        identifier_kind=IdentifierKind.EPIDE,
        identifier="EPIDE PARIS",
        name="EPIDE de Paris-Fictif",
        email="epide@example.org",
        category=Category.EPIDE,
        status=Status.PUBLIC,
        academy="01",
        city="Paris",
        message="Nous ouvrons en septembre et attendons quarante volontaires.",
    )
    world.rows = {
        "establishment": normal.establishment,
        "accountrequest": request,
        "authorisedestablishment": AuthorisedEstablishment.objects.first(),
        "user": normal.head,
        "signin": SignIn.objects.create(user=normal.head, door=Door.LOCAL, establishment=normal.establishment),
        "sessiondates": SessionDates.objects.first(),
        "news": News.objects.first(),
        "faqentry": FaqEntry.objects.first(),
        "resource": Resource.objects.first()
        or Resource.objects.create(title="Livret", address="https://example.org/a.pdf"),
        "contact": Contact.objects.first() or Contact.objects.create(subject="Tout"),
        "question": Question.objects.first(),
        "draft": QuestionFactory(state=QuestionState.DRAFT),
        "candidate": normal.candidate,
        "logentry": LogEntry.objects.create(
            user=national,
            content_type=ContentType.objects.get_for_model(News),
            object_id="1",
            object_repr="Ouverture de la session",
            action_flag=CHANGE,
        ),
        "bankimport": BankImport.objects.create(
            filename="banque.zip",
            file="0" * 32,
            read_at=world.now,
        ),
    }
    authorised = AuthorisedEstablishment.objects.first()
    fields = {
        name: getattr(authorised, name) for name in ("identifier_kind", "identifier", "name", "category", "status")
    }
    world.sign_up = SignUp.objects.create(authorised=authorised, fields=fields, password="!")
