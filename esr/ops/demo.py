"""Demonstration data: three establishments, their candidates, exams in every state, all fictitious.

Loading again changes nothing that is there; it only makes sure that an exam can be sat at once.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from candidates.models import Candidate
from establishments.actions import create_establishment, load_texts, set_supervisor_password
from establishments.enums import Attestation, Category, IdentifierKind, MembershipSource, Role, Status
from establishments.models import AuthorisedEstablishment, Establishment, SessionDates, User
from exams import actions, protocol
from exams.enums import ExamKind, SittingState
from exams.models import Exam, Sitting
from stats.actions import count_figures

PASSWORD = "Rondpoint-2026!"  # noqa: S105 - printed by the demonstration itself
ADMINISTRATOR = "administration"
TEXTS = settings.BASE_DIR / "establishments" / "seed.toml"
OPEN_EXAM = "Examen à essayer"
OPEN_TRAINING = "Entraînement à essayer"

ESTABLISHMENTS = [
    {
        "identifier_kind": IdentifierKind.UAI,
        "identifier": "0750655E",
        "name": "Collège des Mimosas",
        "email": "mimosas@example.org",
        "category": Category.NATIONAL_EDUCATION,
        "status": Status.PUBLIC,
        "academy": "01",
        "department": "Paris",
        "region": "Île-de-France",
        "address": "12 rue des Écoles",
        "postal_code": "75005",
        "city": "Paris",
        "time_zone": "Europe/Paris",
    },
    {
        "identifier_kind": IdentifierKind.UAI,
        "identifier": "9740999T",
        "name": "Lycée du Grand Bénare",
        "email": "benare@example.org",
        "category": Category.SOUTHERN,
        "status": Status.PUBLIC,
        "academy": "28",
        "department": "La Réunion",
        "region": "La Réunion",
        "address": "5 chemin des Filaos",
        "postal_code": "97434",
        "city": "Saint-Paul",
        "time_zone": "Indian/Reunion",
    },
    {
        "identifier_kind": IdentifierKind.UAI,
        "identifier": "0699999U",
        "name": "CFA des Trois Rivières",
        "email": "cfa@example.org",
        "category": Category.CFA,
        "status": Status.PRIVATE,
        "academy": "10",
        "department": "Rhône",
        "region": "Auvergne-Rhône-Alpes",
        "address": "48 quai des Bateliers",
        "postal_code": "69002",
        "city": "Lyon",
        "time_zone": "Europe/Paris",
    },
]

# Establishments that have no account yet: one of each kind of identifier, to try a sign-up by hand.
AUTHORISED = [
    (IdentifierKind.UAI, "0781977A", "Collège des Tilleuls", Category.NATIONAL_EDUCATION, Status.PUBLIC),
    (IdentifierKind.UAI, "0690002C", "GRETA des Trois Rivières", Category.GRETA, Status.PUBLIC),
    (IdentifierKind.UAI, "0690003D", "Unité d’enseignement Les Pins", Category.MEDICO_SOCIAL, Status.PUBLIC),
    (IdentifierKind.FINESS, "010000024", "Institut médico-éducatif Les Pins", Category.MEDICO_SOCIAL, Status.PRIVATE),
    (IdentifierKind.EPIDE, "EPIDE LYON", "EPIDE de Lyon-Fictif", Category.EPIDE, Status.PUBLIC),
    (IdentifierKind.SRJ, "UEAJ69", "Unité éducative d’activités de jour", Category.PJJ, Status.PUBLIC),
]

LAST_NAMES = """ALBERTINI AUBRY BARTHE BELHADJ BIENVENU CARON CHASTANG DELMAS DIALLO DUVAL ESTEVE FALCO FAURE GARNIER
GAUTHIER HAMON HERVÉ HOARAU IMBERT JACQUET KONÉ LACROIX LAMBERT LEMOINE LOPES MAILLARD MARÉCHAL MBAYE MERCIER MORVAN
NGUYEN NICOLAS OLLIVIER PAYET PELLETIER PERRIN POIRIER QUINTON RAMIREZ RENAUD RIVIÈRE ROSSI ROUX SALMON SCHMITT TAMATOA
TESSIER THIBAULT TRAORÉ URBAIN VALLET VASSEUR VIDAL WEBER YILMAZ ZIEGLER""".split()
FIRST_NAMES = {
    "F": """Adèle Aïcha Alice Anaëlle Camille Chloé Éloïse Fatou Héloïse Inès Jade Léa Lina Lucie Maëlle Manon Nadia
    Ninon Rose Zoé""".split(),
    "M": """Adam Antonin Bastien Benoît Célestin Diego Enzo Gaël Hugo Ilyès Jules Karim Léo Loïc Malo Mathis Noël
    Raphaël Teva Youssef""".split(),
}


@dataclass(frozen=True)
class Report:
    """What there is to try: logins and the exams that can be sat at once, with unused codes."""

    logins: list[tuple[str, str]]
    exams: list[tuple[Exam, list[Sitting]]]


@transaction.atomic
def load(now: datetime) -> Report:
    """Make what is missing of the demonstration. The bank must be loaded."""
    for year in (now.year, now.year + 1):
        for category in Category:
            # The whole year, so that the demonstration works on any day.
            SessionDates.objects.get_or_create(
                category=category, year=year, defaults={"opens_on": date(year, 1, 1), "closes_on": date(year, 12, 31)}
            )
    load_texts(TEXTS)
    for kind, identifier, name, category, status in AUTHORISED:
        AuthorisedEstablishment.objects.get_or_create(
            identifier_kind=kind,
            identifier=identifier,
            defaults={
                "name": name,
                "email": f"{slugify(identifier)}@example.org",
                "category": category,
                "status": status,
                "academy": "10",
                "department": "Rhône",
                "region": "Auvergne-Rhône-Alpes",
                "address": "7 montée des Cerisiers",
                "postal_code": "69005",
                "city": "Lyon",
            },
        )
    if not User.objects.filter(username=ADMINISTRATOR).exists():
        User.objects.create_superuser(ADMINISTRATOR, email=None, password=PASSWORD)
    logins = []
    for fields in ESTABLISHMENTS:
        establishment = Establishment.objects.filter(identifier=fields["identifier"]).first()
        if establishment is None:
            establishment = create_establishment(head_password=PASSWORD, **fields)
            set_supervisor_password(establishment=establishment, password=PASSWORD)
        if not Candidate.objects.of(establishment).of_year(establishment.current_year).exists():
            _fill(establishment, now)
        supervisor = establishment.memberships.get(role=Role.SUPERVISOR, source=MembershipSource.LOCAL).user.username
        logins.append((establishment.name, f"{establishment.email}, supervisor {supervisor}"))
    first = Establishment.objects.get(identifier=ESTABLISHMENTS[0]["identifier"])
    exams = [
        _open(first, now, name=OPEN_EXAM, kind=ExamKind.EXAM),
        _open(first, now, name=OPEN_TRAINING, kind=ExamKind.TRAINING),
    ]
    count_figures(now=now)
    return Report(logins, [(exam, list(_unused(exam)[:3])) for exam in exams])


def _unused(exam: Exam):
    return exam.sittings.filter(state=SittingState.NOT_STARTED).select_related("candidate")


def _open(establishment: Establishment, now: datetime, *, name: str, kind: str) -> Exam:
    """An exam that is active now and still has codes to try."""
    for exam in Exam.objects.of(establishment).active(now + timedelta(minutes=30)).filter(name=name):
        if exam.starts_at <= now and _unused(exam).exists():
            return exam
    candidates = Candidate.objects.of(establishment).of_year(establishment.current_year)
    taken = Sitting.objects.filter(exam__establishment=establishment, exam__kind=ExamKind.EXAM).values("candidate")
    chosen = candidates.filter(attestation=Attestation.ASSR1).exclude(pk__in=taken)[:10]
    return actions.create_exam(
        establishment=establishment,
        kind=kind,
        attestation=Attestation.ASSR1,
        name=name,
        starts_at=now.replace(second=0, microsecond=0),
        candidates=chosen,
        now=now,
        place="Salle informatique",
        timed=kind == ExamKind.EXAM,
    )


def _fill(establishment: Establishment, now: datetime) -> None:
    """Candidates, an exam that is over with its results, and one to come."""
    dice = random.Random(establishment.identifier)  # noqa: S311 - the same demonstration everywhere
    year = establishment.year_at(now)
    if Attestation.ASR in establishment.attestations:
        groups = [("CAP1", Attestation.ASR, 17, 25), ("BP2", Attestation.ASR, 19, 20)]
    else:
        groups = [
            ("5A", Attestation.ASSR1, 12, 28),
            ("5B", Attestation.ASSR1, 12, 27),
            ("3B", Attestation.ASSR2, 14, 29),
            ("3C", Attestation.ASSR2, 14, 28),
        ]
    number = 100_000_000 + int(establishment.identifier[:3]) * 1_000_000
    rows = []
    for division, attestation, age, size in groups:
        for _ in range(size):
            number += dice.randrange(1, 400)
            sex = dice.choice("FM")
            rows.append(
                Candidate(
                    establishment=establishment,
                    year=year,
                    last_name=dice.choice(LAST_NAMES),
                    first_name=dice.choice(FIRST_NAMES[sex]),
                    birth_date=date(year - age, 1, 1) + timedelta(days=dice.randrange(365)),
                    division=division,
                    sex=sex,
                    identifier=f"{number:09d}{dice.choice('ABCDEFGH')}{dice.choice('ABCDEFGH')}",
                    attestation=attestation,
                    extra_time=dice.random() < 0.06,
                )
            )
    Candidate.objects.bulk_create(rows)
    past, coming = groups[-1], groups[-2]
    _past_exam(establishment, past[0], past[1], now, dice)
    actions.create_exam(
        establishment=establishment,
        kind=ExamKind.EXAM,
        attestation=coming[1],
        name=f"Examen {coming[0]}",
        starts_at=_local(establishment, now + timedelta(days=8), 10),
        candidates=Candidate.objects.of(establishment).filter(year=year, division=coming[0]),
        now=now,
        place="Salle informatique",
        convocation_text="Apportez votre casque ou vos écouteurs.",
    )


def _local(establishment: Establishment, day: datetime, hour: int) -> datetime:
    return day.astimezone(establishment.zone).replace(hour=hour, minute=0, second=0, microsecond=0)


def _past_exam(establishment, division, attestation, now, dice) -> None:
    """An exam sat some days ago: everyone answered through the same rules as real candidates, two were absent."""
    starts_at = _local(establishment, now - timedelta(days=9), 14)
    exam = actions.create_exam(
        establishment=establishment,
        kind=ExamKind.EXAM,
        attestation=attestation,
        name=f"Examen {division}",
        starts_at=starts_at,
        candidates=Candidate.objects.of(establishment).filter(year=establishment.year_at(now), division=division),
        now=starts_at - timedelta(days=7),
        place="Salle 12",
    )
    key = actions.answer_key(exam)
    for index, sitting in enumerate(exam.sittings.select_related("candidate")):
        if index % 14 == 5:
            continue  # absent
        skill = 0.05 if index % 9 == 2 else dice.uniform(0.4, 1)
        begun = starts_at + timedelta(minutes=5, seconds=dice.randrange(120))
        sitting = actions.start_sitting(sitting=sitting, token=f"{sitting.pk.hex:0<43}"[:43], now=begun)
        items = [
            protocol.Item(q, 1, expected if dice.random() < skill else dice.choice("ABC"), True, 9000)
            for q, expected in key.items()
        ]
        actions.save_answers(sitting=sitting, epoch=1, items=items, now=begun + timedelta(minutes=20))


def media_needed(exams: list[Exam]) -> list[str]:
    """Codes of the questions of these exams, the first exam's first: what must be built before anyone can sit."""
    codes: dict[str, None] = {}
    for exam in exams:
        codes.update(dict.fromkeys(exam.questions.order_by("exam_questions__number").values_list("code", flat=True)))
    return list(codes)
