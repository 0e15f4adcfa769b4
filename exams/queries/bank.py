"""The bank as its editors read it: what a version is worth, what the published questions cover, where media are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Prefetch

from esr.core.files import FOOTAGE, MEDIA
from establishments.enums import Attestation
from exams import rules
from exams.bank import archive, build, probe, source
from exams.bank.scenes.registry import MissingScene
from exams.enums import ExamKind, QuestionState, QuestionUse, Theme
from exams.models import ATTESTATION_COLUMNS, Proposition, Question

FOR_TWO = 2
"""An exam and its rattrapage, or two classes one after the other, should differ in most questions."""

# The kinds of exam that a use serves. One without internet draws from the same questions as any exam.
_KINDS = {
    QuestionUse.EXAM: [ExamKind.EXAM],
    QuestionUse.TRAINING: [ExamKind.TRAINING],
    QuestionUse.BOTH: [ExamKind.EXAM, ExamKind.TRAINING],
}


def bank_rows():
    """Every version with its propositions."""
    return Question.objects.prefetch_related(
        Prefetch("propositions", Proposition.objects.order_by("question", "letter"))
    ).order_by("code", "version")


def as_source(question: Question) -> source.Question:
    """The row as the text of the bank: nothing of it is lost."""
    return source.Question(
        code=question.code,
        theme=question.theme,
        competence=question.competence,
        users=tuple(question.users.split(",")) if question.users else (),
        attestations=tuple(str(name) for name in question.attestations),
        use=question.use,
        statement=question.statement,
        explanation=question.explanation,
        notes=question.notes,
        propositions=tuple(source.Proposition(p.text, p.expected) for p in question.propositions.all()),
        scene=source.Scene(question.duration, question.view, question.scene, question.footage),
    )


def as_entry(question: Question) -> source.Entry:
    """The same with its version and state. A draft that only waits for its media counts as published."""
    state = "published" if question.awaited else str(question.state)
    return source.Entry(as_source(question), question.version, state)


def is_used(question: Question) -> bool:
    """Whether an exam has drawn the version, this year or before (its figures stay): it never changes any more."""
    return question.exam_questions.exists() or question.figures.exists()


def media_name_below(name: str) -> str:
    """The name of a folder of media below MEDIA_ROOT."""
    return f"bank/{name}"


def media_folder(name: str) -> Path:
    """The folder on this machine, brought from object storage unless it is there; it may be nowhere."""
    return MEDIA.bring_folder(media_name_below(name))


def bring_footage(questions: Iterable[source.Question]) -> Path:
    """The folder with the films of these questions, those that are anywhere."""
    for name in {question.scene.footage for question in questions} - {""}:
        with suppress(FileNotFoundError):
            FOOTAGE.bring(name)
    return FOOTAGE.folder


def bring_media(questions: Sequence[source.Question]) -> Path:
    """Bring to this machine, before a build, what another has built; and the films to build the rest from, whose folder
    it returns."""
    for question in questions:
        media_folder(build.media_key(question))
    return bring_footage(questions)


def has_media(question: Question) -> bool:
    """Whether every medium of the version is there; propositions need not be loaded."""
    return bool(question.media) and build.complete(as_source(question), media_folder(question.media))


def questions_with_media(codes: Iterable[str] | None = None) -> list[source.Question]:
    """The versions (all, or those of `codes`) whose media can be built: published first, then drafts, then what past
    exams hold. A version whose media were made from a scene that is drawn otherwise by now keeps them."""
    rows = bank_rows() if codes is None else bank_rows().filter(code__in=codes)
    rows = rows.exclude(media="").exclude(state=QuestionState.RETIRED, exam_questions=None).distinct()
    order = [QuestionState.PUBLISHED, QuestionState.DRAFT, QuestionState.RETIRED]
    questions = {}
    for row in sorted(rows, key=lambda row: order.index(row.state)):
        content = as_source(row)
        try:
            if build.media_key(content) == row.media:
                questions.setdefault(row.media, content)
        except MissingScene:
            continue
    return list(questions.values())


def question_faults(question: Question) -> list[source.Fault]:
    """Why the version cannot be published: its texts, then its media, each decoded to its end."""
    content = as_source(question)
    wrong = source.faults(source.table(content))
    if not question.media:
        wrong.append(source.Fault("media", NO_SCENE))
    elif not has_media(question):
        wrong.append(source.Fault("media", "les médias ne sont pas encore construits ; le serveur les prépare"))
    else:
        lost = probe.media_faults(content, media_folder(question.media))
        wrong += (source.Fault("media", f"{fault} ; demandez sa reconstruction") for fault in lost)
    return wrong


NO_SCENE = "aucune scène n’est dessinée pour ce code ; donnez une vidéo tournée"


def versions(code: str) -> list[Question]:
    """All versions of a question, the newest first, with `drawn`."""
    return list(Question.objects.filter(code=code).with_drawn().order_by("-version"))


def write_bank(file: Path, *, qti: bool = False) -> None:
    """Write every version to one zip: our format, or QTI 2.1 with the videos that are built. Raises BankError."""
    rows = list(bank_rows())
    entries = [as_entry(row) for row in rows]
    footage = bring_footage(entry.question for entry in entries)
    if not qti:
        archive.write(file, entries, footage)
        return
    media = {(row.code, row.version): media_folder(row.media) / "video.mp4" for row in rows if row.media}

    def video(entry: source.Entry) -> Path | None:
        built = media.get((entry.question.code, entry.version))
        return built if built and built.is_file() else None

    archive.write_qti(file, entries, footage, video)


# --- The blueprint ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """How many published questions of a theme an attestation's exams of one kind can draw."""

    theme: str
    label: str
    published: int
    needed: int

    @property
    def exams(self) -> int:
        """How many exams without a common question of this theme: 0, 1, 2…"""
        return self.published // self.needed

    @property
    def standing(self) -> str:
        return ("lacking", "one")[self.exams] if self.exams < FOR_TWO else "two"

    @property
    def missing(self) -> int:
        """How many more make one exam, or two once there is one."""
        return self.needed * (FOR_TWO if self.exams else 1) - self.published if self.exams < FOR_TWO else 0


@dataclass(frozen=True)
class Coverage:
    """What the bank gives to one attestation and kind of exam."""

    attestation: str
    kind: ExamKind
    cells: list[Cell]

    @property
    def exams(self) -> int:
        return min(cell.exams for cell in self.cells)


def coverage() -> list[Coverage]:
    """Theme × attestation × kind, for the published questions."""
    counts = _counts(Question.objects.published())
    return [_covered(counts, attestation, kind) for attestation in Attestation for kind in _KINDS[QuestionUse.BOTH]]


def _covered(counts: Counter, attestation: str, kind: ExamKind) -> Coverage:
    cells = [
        Cell(theme, Theme(theme).label, counts[attestation, kind, theme], needed)
        for theme, needed in rules.BLUEPRINT.items()
    ]
    return Coverage(attestation, kind, cells)


def _counts(questions: Iterable[Question]) -> Counter:
    """(attestation, kind, theme) → how many of these questions."""
    return Counter(
        (str(name), kind, question.theme)
        for question in questions
        for name in question.attestations
        for kind in _KINDS[QuestionUse(question.use)]
    )


def lacking_after(*, gone: Sequence[Question], come: Sequence[Question] = ()) -> list[str]:
    """What no exam could be drawn for any more once these published questions went and those came, in French.

    Only what the change makes worse: a bank that is being filled lacks much.
    """
    fields = ["theme", "use", *ATTESTATION_COLUMNS.values()]
    before = _counts(Question.objects.published().only(*fields))
    after = before.copy()
    after.subtract(_counts(gone))
    after.update(_counts(come))
    return [
        f"{attestation}, {ExamKind(kind).label.lower()}, {Theme(theme).label} : {after[attestation, kind, theme]} "
        f"pour {rules.BLUEPRINT[theme]}"
        for attestation, kind, theme in sorted(before)
        if after[attestation, kind, theme] < min(rules.BLUEPRINT[theme], before[attestation, kind, theme])
    ]
