import secrets
import uuid
from dataclasses import fields
from datetime import datetime

from django.db import models
from django.db.models import Q

from candidates.models import Candidate
from establishments.enums import Attestation
from establishments.models import Establishment
from establishments.scoping import OfEstablishment
from exams import rules
from exams.enums import (
    EventKind,
    ExamKind,
    ExamState,
    IncidentCategory,
    Outcome,
    QuestionState,
    QuestionUse,
    SceneView,
    SittingState,
    Theme,
)

ATTESTATION_COLUMNS = {
    Attestation.ASSR1: "for_assr1",
    Attestation.ASSR2: "for_assr2",
    Attestation.ASR: "for_asr",
    Attestation.AER: "for_aer",
}


class QuestionQuerySet(models.QuerySet):
    def published(self):
        """The version of each code that exams draw."""
        return self.filter(state=QuestionState.PUBLISHED)

    def for_attestation(self, attestation: str):
        return self.filter(**{ATTESTATION_COLUMNS[Attestation(attestation)]: True})

    def for_kind(self, kind: str):
        """Published questions that an exam of this kind may draw."""
        use = QuestionUse.TRAINING if kind == ExamKind.TRAINING else QuestionUse.EXAM
        return self.published().filter(use__in=[use, QuestionUse.BOTH])

    def about(self, user: str):
        """Questions about this road user."""
        return self.filter(users__contains=user)

    def with_drawn(self):
        """`drawn`: how many exams have drawn the version."""
        return self.annotate(drawn=models.Count("exam_questions", distinct=True))


class Question(models.Model):
    """One version of a question of the national bank. A version that an exam has drawn never changes."""

    code = models.SlugField("code", max_length=60)
    version = models.PositiveSmallIntegerField("version", default=1)
    state = models.CharField("état", max_length=10, choices=QuestionState, default=QuestionState.DRAFT)
    # Asked to be published while its media were being made: the worker does it when they are there.
    awaited = models.BooleanField("à publier dès que ses médias sont prêts", default=False)
    theme = models.CharField("thème", max_length=30, choices=Theme)
    competence = models.CharField("compétence", max_length=200)
    # Values of RoadUser, in its order, a comma between two; none of them is a part of another.
    users = models.CharField("usagers", max_length=80)
    for_assr1 = models.BooleanField("ASSR1", default=False)
    for_assr2 = models.BooleanField("ASSR2", default=False)
    for_asr = models.BooleanField("ASR", default=False)
    for_aer = models.BooleanField("AER", default=False)
    use = models.CharField("usage", max_length=10, choices=QuestionUse, default=QuestionUse.BOTH)
    statement = models.CharField("énoncé", max_length=300)
    explanation = models.TextField("explication")
    notes = models.TextField("source de la règle", blank=True)
    scene = models.TextField("description de la vidéo")
    view = models.CharField("point de vue", max_length=10, choices=SceneView, default=SceneView.STREET)
    duration = models.PositiveSmallIntegerField("durée de la vidéo (s)", default=8)
    # A filmed scene: the name of its film below FOOTAGE_ROOT, which is the digest of its content. Empty: drawn.
    footage = models.CharField("vidéo tournée", max_length=64, blank=True)
    # Folder of the question's media below MEDIA_ROOT/bank: an opaque name that tells nothing of the answer.
    media = models.CharField("média", max_length=40, blank=True)
    # What `load_bank` loaded here, so that loading the same again leaves alone what editors have made of it since.
    loaded = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        ordering = ["theme", "code", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="one_row_per_version",
                violation_error_message="Cette version existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state="published"),
                name="one_published_version_per_code",
                violation_error_message="Une autre version de cette question est déjà publiée.",
            ),
            models.CheckConstraint(
                condition=Q(awaited=False) | Q(state="draft"),
                name="only_a_draft_awaits_its_media",
            ),
        ]

    def __str__(self):
        return self.statement

    @property
    def attestations(self) -> list[Attestation]:
        return [name for name, column in ATTESTATION_COLUMNS.items() if getattr(self, column)]

    @property
    def expected(self) -> str:
        """Letters of the expected propositions, as "AC"; from the prefetched propositions."""
        return "".join(p.letter for p in self.propositions.all() if p.expected)

    @property
    def is_multiple(self) -> bool:
        return len(self.expected) > 1


class Proposition(models.Model):
    """One possible answer, called by its letter."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="propositions")
    letter = models.CharField("lettre", max_length=1)
    text = models.CharField("texte", max_length=200)
    expected = models.BooleanField("attendue", default=False)

    class Meta:
        verbose_name = "proposition"
        ordering = ["question", "letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "letter"],
                name="one_proposition_per_letter",
                violation_error_message="Cette lettre est déjà prise.",
            )
        ]

    def __str__(self):
        return f"{self.letter} {self.text}"


class BankImport(models.Model):
    """A bank that an editor gave as a file: read, shown, then confirmed or abandoned."""

    filename = models.CharField("fichier", max_length=200)
    # Below BANK_IMPORTS_ROOT, under a name of ours; gone once the import is over.
    file = models.CharField(max_length=40)
    retire = models.BooleanField("retirer les questions absentes du fichier", default=False)
    account = models.BigIntegerField("compte", null=True)
    made_at = models.DateTimeField("envoyé le", auto_now_add=True)
    read_at = models.DateTimeField("lu le", null=True)
    done_at = models.DateTimeField("importé le", null=True)
    faults = models.JSONField("erreurs", default=list)
    plan = models.JSONField("ce qu’il ferait", default=dict)
    job = models.UUIDField("travail", null=True)

    class Meta:
        verbose_name = "import de la banque"
        verbose_name_plural = "imports de la banque"
        ordering = ["-made_at"]

    def __str__(self):
        return self.filename


class ExamQuerySet(OfEstablishment):
    year_path = "year"

    def is_open(self, establishment, now: datetime) -> Q:
        """An exam that goes on over midnight of 1 January is open until its last answer may have arrived."""
        return super().is_open(establishment, now) | Q(ends_at__gt=now - rules.LATE_ARRIVAL)

    def online(self):
        """Those that candidates sit at a device."""
        return self.exclude(kind=ExamKind.OFFLINE)

    def upcoming(self, now: datetime):
        return self.filter(starts_at__gt=now)

    def active(self, now: datetime):
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def over(self, now: datetime):
        return self.filter(ends_at__lte=now)

    def in_state(self, state: str, now: datetime):
        return {ExamState.UPCOMING: self.upcoming, ExamState.ACTIVE: self.active, ExamState.OVER: self.over}[state](now)

    def with_counts(self):
        # Grouping drops the model's own order.
        return self.annotate(registered=models.Count("sittings")).order_by("-starts_at", "-pk")


def new_rescue_code() -> str:
    """Six digits that only the supervisor's sheet shows: typed before a result file can be made (delivery, 8)."""
    return f"{secrets.randbelow(10**rules.RESCUE_CODE_LENGTH):0{rules.RESCUE_CODE_LENGTH}d}"


class Exam(models.Model):
    """An « épreuve »: twenty questions, a start, an end, and the sittings of its candidates."""

    establishment = models.ForeignKey(Establishment, models.CASCADE, related_name="exams", verbose_name="établissement")
    year = models.PositiveSmallIntegerField("session")
    kind = models.CharField("type d’épreuve", max_length=10, choices=ExamKind)
    attestation = models.CharField("épreuve", max_length=5, choices=Attestation)
    name = models.CharField("nom de l’épreuve", max_length=100)
    number = models.CharField("numéro de l’épreuve", max_length=12, unique=True)
    starts_at = models.DateTimeField("date planifiée")
    ends_at = models.DateTimeField("date de fin")
    place = models.CharField("lieu de l’examen", max_length=100, blank=True)
    convocation_text = models.CharField(
        "informations complémentaires à ajouter sur la convocation", max_length=rules.CONVOCATION_TEXT_MAX, blank=True
    )
    timed = models.BooleanField("entraînement chronométré", default=True)
    themes = models.JSONField("thèmes", default=list, blank=True)
    rescue_code = models.CharField("code de récupération", max_length=6, default=new_rescue_code)
    # Grows with every act of supervision: open pages watch it, and ask where they stand when it moves.
    signal = models.PositiveIntegerField("signal", default=0)
    # Codes that were nobody's, since the first of them; counted for a day and no further than the rules ask.
    wrong_codes = models.PositiveIntegerField("codes faux", default=0)
    wrong_codes_since = models.DateTimeField("codes faux depuis", null=True)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    questions = models.ManyToManyField(Question, through="ExamQuestion", related_name="exams")

    objects = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = "épreuve"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["establishment", "-starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="exam_ends_after_it_starts",
                violation_error_message="La fin de l’épreuve doit suivre son début.",
            )
        ]

    def __str__(self):
        return self.name

    def state_at(self, now: datetime) -> ExamState:
        return ExamState(rules.state_of(self.starts_at, self.ends_at, now))

    def is_open_at(self, now: datetime) -> bool:
        """Whether anybody may still come in at `now`, as `ExamQuerySet.is_open` has it. `establishment` is asked for
        once the exam is over, not while its answers come."""
        return now < self.ends_at + rules.LATE_ARRIVAL or self.year >= self.establishment.year_at(now)

    @property
    def is_training(self) -> bool:
        return self.kind == ExamKind.TRAINING

    @property
    def settles(self) -> str:
        """The attestation that its sittings count for; nothing in a training."""
        return "" if self.is_training else self.attestation

    @property
    def is_offline(self) -> bool:
        """On paper before a film: no codes, no tiers-temps, results are typed (handbook 5.4)."""
        return self.kind == ExamKind.OFFLINE

    @property
    def mode(self) -> str:
        return rules.mode_of(self.kind, timed=self.timed)


class ExamQuestion(models.Model):
    """The question that stands as number 1 to 20 in an exam; each sitting has its own order of the numbers."""

    exam = models.ForeignKey(Exam, models.CASCADE, related_name="exam_questions")
    number = models.PositiveSmallIntegerField("numéro")
    question = models.ForeignKey(Question, models.PROTECT, related_name="exam_questions")
    # A faulty question: its point goes to everybody. Who decided it, when and why.
    neutralised_at = models.DateTimeField("neutralisée le", null=True, blank=True)
    neutralised_by = models.BigIntegerField("neutralisée par le compte", null=True, blank=True)
    neutralised_because = models.CharField("motif de la neutralisation", max_length=200, blank=True)

    class Meta:
        verbose_name = "question d’épreuve"
        verbose_name_plural = "questions d’épreuve"
        ordering = ["exam", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(neutralised_at=None, neutralised_because="")
                | (Q(neutralised_at__isnull=False) & ~Q(neutralised_because="")),
                name="a_question_is_neutralised_with_a_reason",
            ),
            models.UniqueConstraint(fields=["exam", "number"], name="one_question_per_number"),
            models.UniqueConstraint(fields=["exam", "question"], name="a_question_once_per_exam"),
        ]

    def __str__(self):
        return f"{self.number}"


class QuestionFigures(models.Model):
    """What the sittings of one session say of one question, and of nobody: it outlives them (`rules.AnswerSums`)."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="figures")
    year = models.PositiveSmallIntegerField("session")
    kind = models.CharField("type d’épreuve", max_length=10, choices=ExamKind)
    answers = models.PositiveIntegerField("réponses", default=0)
    right = models.PositiveIntegerField("réponses justes", default=0)
    rest = models.PositiveBigIntegerField("somme du reste de la note", default=0)
    rest_squares = models.PositiveBigIntegerField("somme de ses carrés", default=0)
    rest_of_right = models.PositiveBigIntegerField("somme chez ceux qui ont répondu juste", default=0)
    # Letters chosen together, as "AC" ("" for no answer) → how many times.
    choices = models.JSONField("propositions choisies", default=dict)

    class Meta:
        verbose_name = "chiffres d’une question"
        verbose_name_plural = "chiffres des questions"
        ordering = ["question", "-year", "kind"]
        constraints = [models.UniqueConstraint(fields=["question", "year", "kind"], name="figures_once_a_year")]

    def __str__(self):
        return f"{self.question_id} {self.year} {self.kind}"

    @property
    def sums(self) -> rules.AnswerSums:
        return rules.AnswerSums(**{field.name: getattr(self, field.name) for field in fields(rules.AnswerSums)})


class SittingQuerySet(OfEstablishment):
    establishment_path = "exam__establishment"
    year_path = "exam__year"

    def is_open(self, establishment, now: datetime) -> Q:
        """As its exam."""
        return super().is_open(establishment, now) | Q(exam__ends_at__gt=now - rules.LATE_ARRIVAL)

    def locked(self, key: uuid.UUID) -> "Sitting":
        """The sitting with its exam, which nobody else changes until the transaction ends. Raises DoesNotExist."""
        return self.select_for_update(of=("self",)).select_related("exam").get(pk=key)

    def to_count(self, now: datetime):
        """Closed, of an exam to which no device brings anything more, and not yet in the figures of its questions."""
        return self.filter(state=SittingState.CLOSED, counted=False, exam__ends_at__lte=now - rules.LATE_ARRIVAL)

    def with_answers(self):
        """Closed, and there is something to correct: not a mark that was typed alone."""
        return self.filter(state=SittingState.CLOSED).exclude(exam__kind=ExamKind.OFFLINE, responses={})

    def absent(self, now: datetime):
        """Never began, and the exam is over; or said to have been absent, where results are typed."""
        over = Q(state=SittingState.NOT_STARTED, exam__ends_at__lte=now) & ~Q(exam__kind=ExamKind.OFFLINE)
        return self.filter(over | Q(state=SittingState.ABSENT))

    def planned_rattrapages(self, now: datetime):
        """Of those who are registered for a rattrapage and have not begun it."""
        ahead = Q(exam__ends_at__gt=now) | Q(exam__kind=ExamKind.OFFLINE)
        return self.filter(ahead, rattrapage=True, state=SittingState.NOT_STARTED)


class Sitting(models.Model):
    """One candidate in one exam.

    The answers are one JSON value on the row: a save reads and writes a single locked row, and the purge of a year
    has twenty times fewer rows to go through. `responses` maps a question's number to
    {"c": letters, "e": epoch, "s": seq, "f": final, "l": late, "at": server ms, "o": "live" or "file"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, models.CASCADE, related_name="sittings", verbose_name="épreuve")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="sittings", verbose_name="candidat")
    access_code = models.CharField("code d’accès", max_length=12, blank=True)  # none without internet
    # The attestation whose main exam or rattrapage this is; empty in a training. With `rattrapage` and the candidate,
    # who is of one session, it makes the database hold handbook 9.
    settles = models.CharField("compte pour", max_length=5, choices=Attestation, blank=True)
    rattrapage = models.BooleanField("rattrapage", default=False)
    order = models.JSONField("ordre des questions")
    state = models.CharField("état", max_length=12, choices=SittingState, default=SittingState.NOT_STARTED)
    epoch = models.PositiveSmallIntegerField("appareil", default=0)
    token_hash = models.CharField(max_length=64, blank=True)
    # Fixed at the start: a change of tiers-temps afterwards does not alter a running sitting; only the supervisor's
    # « Donner du temps » does.
    answer_ms = models.PositiveIntegerField("temps de réponse (ms)", default=0)
    responses = models.JSONField("réponses", default=dict)
    started_at = models.DateTimeField("commencé le", null=True)
    closed_at = models.DateTimeField("terminé le", null=True)
    last_seen_at = models.DateTimeField("dernière réception", null=True)
    present = models.BooleanField("présent", default=False)
    takeover_asked_at = models.DateTimeField("autre appareil en attente depuis", null=True)
    takeover_until = models.DateTimeField("reprise autorisée jusqu’à", null=True)
    paused_at = models.DateTimeField("en pause depuis", null=True)
    # All pauses that have ended, in ms: a page adds what passed since its question began to that question's end.
    paused_ms = models.PositiveIntegerField("pauses (ms)", default=0)
    mark = models.PositiveSmallIntegerField("note", null=True)
    # Whether its answers are in the figures of their questions.
    counted = models.BooleanField("comptée dans les chiffres des questions", default=False)

    objects = SittingQuerySet.as_manager()

    stored: str | None = None  # see `queries.standing`

    class Meta:
        verbose_name = "passation"
        ordering = ["candidate__last_name", "candidate__first_name", "candidate__pk"]
        indexes = [models.Index(fields=["exam"], name="sittings_to_count", condition=Q(state="closed", counted=False))]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "candidate"],
                name="a_candidate_once_per_exam",
                violation_error_message="Ce candidat est déjà inscrit à cette épreuve.",
            ),
            models.UniqueConstraint(
                fields=["exam", "access_code"], condition=~Q(access_code=""), name="one_candidate_per_code"
            ),
            # A technical absence leaves its place by itself.
            models.UniqueConstraint(
                fields=["candidate", "settles", "rattrapage"],
                condition=~Q(settles="") & ~Q(state="void"),
                name="one_main_exam_and_one_rattrapage",
                violation_error_message="Ce candidat a déjà une épreuve principale, ou un rattrapage, cette année.",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, mark__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, mark__isnull=True)),
                name="a_mark_when_closed_and_only_then",
            ),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__lte=20), name="mark_out_of_twenty"),
        ]

    def __str__(self):
        return f"{self.pk}"

    @property
    def total(self) -> int:
        """How many points there are: twenty, fewer in a training on themes that the bank has little of."""
        return len(self.order)

    @property
    def is_mark_alone(self) -> bool:
        """A mark that was typed without its answers: see `with_answers`; `exam` must be loaded."""
        return self.exam.is_offline and self.state == SittingState.CLOSED and not self.responses

    def outcome_at(self, now: datetime) -> Outcome:
        """What the school reads of this sitting; `exam` must be loaded."""
        if self.state == SittingState.CLOSED:
            return Outcome.ADMITTED if rules.is_admitted(self.mark, self.total) else Outcome.FAILED
        if self.state == SittingState.VOID:
            return Outcome.TECHNICAL_ABSENCE
        if self.state == SittingState.ABSENT:
            return Outcome.ABSENT
        if self.state == SittingState.RUNNING:
            over = now >= self.exam.ends_at + rules.LATE_ARRIVAL
            return Outcome.INTERRUPTED if over else Outcome.RUNNING
        if self.exam.is_offline:
            return Outcome.REGISTERED  # until the result is typed
        return Outcome.ABSENT if now >= self.exam.ends_at else Outcome.REGISTERED


class DeletedSitting(models.Model):
    """What is kept of a sitting whose exam was deleted: enough that deleting gives nobody a second rattrapage, nor a
    first one to who was admitted. It goes with the candidate, on 1 January at the latest."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="deleted_sittings", verbose_name="candidat")
    settles = models.CharField("compte pour", max_length=5, choices=Attestation)
    rattrapage = models.BooleanField("rattrapage")
    outcome = models.CharField("résultat", max_length=20, choices=Outcome)
    starts_at = models.DateTimeField("date de l’épreuve")

    class Meta:
        verbose_name = "passation supprimée"
        verbose_name_plural = "passations supprimées"
        ordering = ["candidate", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "settles", "rattrapage"], name="one_deleted_of_each"),
        ]

    def __str__(self):
        return f"{self.settles} {self.outcome}"


class AppendOnly(models.QuerySet):
    """Rows that are written once; they go with their sitting, and in no other way."""

    def update(self, **kwargs):
        raise TypeError("The log of sittings is append-only.")


class SittingEvent(models.Model):
    """What happened to a sitting, in order, without names: `account` is the key of the user who did it, if any."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="events")
    kind = models.CharField("événement", max_length=20, choices=EventKind)
    at = models.DateTimeField("le")
    account = models.BigIntegerField("compte", null=True)
    detail = models.JSONField(default=dict, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = "événement de passation"
        verbose_name_plural = "événements de passation"
        ordering = ["sitting", "at", "pk"]

    def __str__(self):
        return self.get_kind_display()

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The log of sittings is append-only.")
        super().save(*args, **kwargs)


class Incident(models.Model):
    """A supervisor's note about one candidate, or about the room when `sitting` is empty."""

    exam = models.ForeignKey(Exam, models.CASCADE, related_name="incidents")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="incidents", null=True, blank=True)
    category = models.CharField("catégorie", max_length=10, choices=IncidentCategory)
    text = models.CharField("note", max_length=rules.INCIDENT_TEXT_MAX, blank=True)
    at = models.DateTimeField("le")
    account = models.BigIntegerField("compte", null=True)

    class Meta:
        verbose_name = "incident"
        ordering = ["exam", "at", "pk"]

    def __str__(self):
        return self.get_category_display()


class SiecleExportQuerySet(OfEstablishment):
    year_path = "year"

    def with_counts(self):
        """`went` and `stayed`: how many results each carried, and how many could not go."""
        return self.annotate(
            went=models.Count("results", filter=Q(results__problem="")),
            stayed=models.Count("results", filter=~Q(results__problem="")),
        ).order_by("-made_at", "-pk")


class SiecleExport(models.Model):
    """Results of one session on their way to SIECLE BEE at one instant: a file downloaded, or a sending."""

    establishment = models.ForeignKey(Establishment, models.CASCADE, verbose_name="établissement")
    year = models.PositiveSmallIntegerField("session")
    made_at = models.DateTimeField("fait le")

    objects = SiecleExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export vers SIECLE BEE"
        verbose_name_plural = "exports vers SIECLE BEE"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.made_at:%d/%m/%Y %H:%M}"


class ExportedResult(models.Model):
    """One result in an export as it was then, or, with a `problem`, one that could not go and why."""

    export = models.ForeignKey(SiecleExport, models.CASCADE, related_name="results")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="exported_results")
    ine = models.CharField("INE", max_length=20, blank=True)
    siecle_id = models.CharField("numéro dans SIECLE BEE", max_length=20, blank=True)
    attestation = models.CharField("attestation", max_length=5, choices=Attestation)
    outcome = models.CharField("résultat", max_length=20, choices=Outcome)
    day = models.DateField("date de l’épreuve")
    problem = models.CharField("pourquoi il n’est pas parti", max_length=300, blank=True)

    class Meta:
        verbose_name = "résultat exporté"
        verbose_name_plural = "résultats exportés"
        ordering = ["export", "candidate__last_name", "candidate__first_name", "candidate__pk", "attestation"]
        constraints = [
            models.UniqueConstraint(fields=["export", "candidate", "attestation"], name="one_result_per_export"),
        ]

    def __str__(self):
        return f"{self.attestation} {self.outcome}"
