"""Rows for the tests. Each factory makes the least that is valid; tests say what matters to them."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from candidates.models import Candidate
from establishments.enums import Attestation, Category, IdentifierKind, Role, Status
from establishments.models import Establishment, Membership, User
from exams import rules
from exams.enums import ExamKind, QuestionState, SittingState, Theme
from exams.models import Exam, ExamQuestion, Proposition, Question, Sitting

PASSWORD = "Rondpoint-2026!"


class EstablishmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Establishment

    identifier_kind = IdentifierKind.UAI
    identifier = factory.Sequence(lambda n: f"{n:07d}" + "ABCDEFGHJKLMNPRSTUVWXYZ"[n % 23])
    name = factory.Sequence(lambda n: f"Collège des Mimosas {n}")
    email = factory.Sequence(lambda n: f"ce.{n}@example.org")
    category = Category.NATIONAL_EDUCATION
    status = Status.PUBLIC
    academy = "01"
    department = "Paris"
    region = "Île-de-France"
    address = "12 rue des Écoles"
    postal_code = "75005"
    city = "Paris"
    time_zone = "Europe/Paris"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"compte{n}")
    email = factory.Sequence(lambda n: f"compte{n}@example.org")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    establishment = factory.SubFactory(EstablishmentFactory)
    role = Role.HEAD


class CandidateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Candidate

    establishment = factory.SubFactory(EstablishmentFactory)
    year = factory.LazyFunction(lambda: timezone.now().year)
    last_name = factory.Sequence(lambda n: f"MARTIN{n}")
    first_name = "Lily"
    birth_date = date(2012, 4, 3)
    division = "5A"
    sex = "F"
    identifier = factory.Sequence(lambda n: f"{100000000 + n}AB")
    attestation = Attestation.ASSR1


class QuestionFactory(factory.django.DjangoModelFactory):
    """A question with propositions A, B, C; `expected="AC"` says which letters are right."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"question-{n}")
    state = QuestionState.PUBLISHED
    users = "pieton"
    theme = Theme.CIRCULATION
    competence = "Savoir traverser une rue"
    for_assr1 = for_assr2 = for_asr = for_aer = True
    statement = factory.Sequence(lambda n: f"Question {n} : que fait-on ?")
    explanation = factory.Sequence(lambda n: f"Explication {n}.")
    scene = "Une rue, un passage piéton."
    media = factory.Sequence(lambda n: f"{n:020x}")

    @factory.post_generation
    def expected(self, create, letters, **kwargs):
        for letter in "ABC":
            Proposition.objects.create(
                question=self, letter=letter, text=f"Proposition {letter}", expected=letter in (letters or "A")
            )


def make_bank(per_theme: int = 7) -> list[Question]:
    """Enough questions of each theme for any exam."""
    return [QuestionFactory(theme=theme, expected="ABC"[n % 3]) for theme in rules.BLUEPRINT for n in range(per_theme)]


class ExamFactory(factory.django.DjangoModelFactory):
    """An exam that is active now; `questions__count=20` gives it questions whose expected answer is A."""

    class Meta:
        model = Exam
        skip_postgeneration_save = True

    establishment = factory.SubFactory(EstablishmentFactory)
    year = factory.LazyAttribute(lambda exam: exam.establishment.year_at(exam.starts_at))
    kind = ExamKind.EXAM
    attestation = Attestation.ASSR1
    name = "Examen 5A"
    number = factory.Sequence(lambda n: f"{10000000 + n}")
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=10))
    ends_at = factory.LazyAttribute(lambda exam: rules.ends_at(exam.kind, exam.starts_at))

    @factory.post_generation
    def exam_questions(self, create, extracted, count=0, **kwargs):
        for number in range(1, count + 1):
            ExamQuestion.objects.create(exam=self, number=number, question=QuestionFactory(expected="A"))


class SittingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sitting

    exam = factory.SubFactory(ExamFactory)
    candidate = factory.SubFactory(
        CandidateFactory,
        establishment=factory.SelfAttribute("..exam.establishment"),
        year=factory.SelfAttribute("..exam.year"),
        attestation=factory.SelfAttribute("..exam.attestation"),
    )
    access_code = factory.Sequence(lambda n: f"CODE{n:04d}")
    settles = factory.SelfAttribute("exam.settles")
    order = factory.LazyFunction(lambda: list(range(1, rules.QUESTIONS + 1)))

    class Params:
        closed = factory.Trait(
            state=SittingState.CLOSED,
            epoch=1,
            mark=15,
            answer_ms=45_000,
            started_at=factory.LazyAttribute(lambda sitting: sitting.exam.starts_at + timedelta(minutes=1)),
            closed_at=factory.LazyAttribute(lambda sitting: sitting.exam.starts_at + timedelta(minutes=20)),
        )
