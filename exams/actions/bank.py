"""What is written in the question bank: versions made, published, retired, and the readable source loaded."""

import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

from django.db import transaction

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.files import FOOTAGE, MEDIA
from esr.core.models import Job
from exams import protocol, queries
from exams.bank import build, probe, source
from exams.bank.scenes.registry import MissingScene
from exams.enums import QuestionState
from exams.models import ATTESTATION_COLUMNS, Proposition, Question

BANK_MEDIA = "bank_media"


class BankRefusal(ValueError):
    """The bank does not take this; `messages` say why and what to do, in French.

    `can_insist` says that `anyway=True` would do it all the same.
    """

    def __init__(self, messages: Sequence[str], *, can_insist: bool = False):
        super().__init__(" ".join(messages))
        self.messages = list(messages)
        self.can_insist = can_insist


# --- One version --------------------------------------------------------------------------------------------------


def media_name(content: source.Question) -> str:
    """The folder of the media of this content, "" when nobody has drawn or filmed its scene."""
    try:
        return build.media_key(content)
    except MissingScene:
        return ""


@transaction.atomic
def save_question(*, content: source.Question, question: Question | None = None) -> Question:
    """Write this content as a new question (a draft), in place, or as the next version (a draft) of `question`.

    In place: a draft; a published version that no exam has drawn, unless that would leave it published without its
    media, or a blueprint that cannot be filled. Everything else is kept as it is, and gets a next version. Returns
    the version that holds the content. Raises BankRefusal.
    """
    _judge(content)
    if question is None:
        if Question.objects.filter(code=content.code).exists():
            raise BankRefusal([f"Le code « {content.code} » est déjà celui d’une question : choisissez-en un autre."])
        return write_content(Question(code=content.code, version=1), content)
    rows = _locked(question.code)
    row = next(row for row in rows if row.pk == question.pk)
    if content.code != row.code:
        raise BankRefusal(["Le code d’une question ne change pas."])
    if queries.as_source(row) == content:
        return row
    if row.state != QuestionState.DRAFT and (drafts := [other for other in rows if other.state == QuestionState.DRAFT]):
        raise BankRefusal([another_draft(drafts[0])])
    if _may_change(row, content):
        return write_content(row, content)
    return write_content(Question(code=row.code, version=rows[-1].version + 1), content)


def another_draft(draft: Question) -> str:
    """Why no other version of its question is edited meanwhile."""
    return f"La version {draft.version} est déjà un brouillon : modifiez-la, ou supprimez-la d’abord."


def _judge(content: source.Question) -> None:
    if faults := source.faults(source.table(content)):
        raise BankRefusal([f"{fault}." for fault in faults])


def _locked(code: str) -> list[Question]:
    """All versions of a code, oldest first; nobody else publishes, edits or draws them meanwhile."""
    return list(
        Question.objects.select_for_update().filter(code=code).order_by("version").prefetch_related("propositions")
    )


def _may_change(row: Question, content: source.Question) -> bool:
    if queries.is_used(row):
        return False
    if row.state == QuestionState.PUBLISHED:
        media = media_name(content)
        spoken = media == row.media or (bool(media) and build.complete(content, queries.media_folder(media)))
        return spoken and not queries.lacking_after(gone=[row], come=[filled(Question(), content)])
    return row.state == QuestionState.DRAFT


def filled(row: Question, content: source.Question) -> Question:
    """The row with the content, not yet saved; its propositions and media are another matter."""
    row.theme = content.theme
    row.competence = content.competence
    row.users = ",".join(content.users)
    row.use = content.use
    row.statement = content.statement
    row.explanation = content.explanation
    row.notes = content.notes
    row.scene = content.scene.description
    row.view = content.scene.view
    row.duration = content.scene.duration
    row.footage = content.scene.footage
    for name, column in ATTESTATION_COLUMNS.items():
        setattr(row, column, name in content.attestations)
    return row


def write_content(
    row: Question, content: source.Question, *, media: str | None = None, loaded: str | None = None
) -> Question:
    """Save the row with the content and its propositions."""
    filled(row, content)
    row.media = media_name(content) if media is None else media
    row.awaited = False
    if loaded is not None:
        row.loaded = loaded
    row.save()
    row.propositions.all().delete()
    Proposition.objects.bulk_create(
        Proposition(question=row, letter=letter, text=proposition.text, expected=proposition.expected)
        for letter, proposition in zip(protocol.LETTERS, content.propositions, strict=False)
    )
    row._prefetched_objects_cache = {}
    return row


@transaction.atomic
def publish_question(*, question: Question, anyway: bool = False) -> list[Question]:
    """Publish a version, and retire the one that was published. Returns the versions retired.

    Refused while it is not valid or its media are not all there, and when retiring the old version would leave a
    blueprint that cannot be filled (another theme, another use), unless `anyway`. Raises BankRefusal.
    """
    judged = queries.bank_rows().get(pk=question.pk)
    if judged.state == QuestionState.PUBLISHED:
        return []
    # Media take seconds to decode: before the rows are locked, for exams are drawn meanwhile.
    if faults := queries.question_faults(judged):
        raise BankRefusal([f"{fault}." for fault in faults])
    rows = _locked(question.code)
    row = next(row for row in rows if row.pk == question.pk)
    if queries.as_source(row) != queries.as_source(judged):
        raise BankRefusal(["Cette version vient d’être modifiée : relisez-la avant de la publier."])
    old = [other for other in rows if other.state == QuestionState.PUBLISHED]
    if (lacking := queries.lacking_after(gone=old, come=[row])) and not anyway:
        raise BankRefusal(too_few(lacking), can_insist=True)
    _publish(row, old)
    return old


def _publish(row: Question, old: Sequence[Question]) -> None:
    for other in old:
        other.state = QuestionState.RETIRED
        other.save(update_fields=["state"])
    row.state, row.awaited = QuestionState.PUBLISHED, False
    row.save(update_fields=["state", "awaited"])


def too_few(lacking: Sequence[str]) -> list[str]:
    return ["Il n’y aurait plus assez de questions pour une épreuve :", *lacking]


@transaction.atomic
def await_media(*, question: Question, anyway: bool = False) -> Question:
    """Have a draft published by the worker as soon as its media are there. Raises BankRefusal."""
    rows = _locked(question.code)
    row = next(row for row in rows if row.pk == question.pk)
    if row.state != QuestionState.DRAFT:
        raise BankRefusal(["Seul un brouillon peut attendre ses médias."])
    if not row.media:
        raise BankRefusal([f"media : {queries.NO_SCENE}."])
    old = [other for other in rows if other.state == QuestionState.PUBLISHED]
    if (lacking := queries.lacking_after(gone=old, come=[row])) and not anyway:
        raise BankRefusal(too_few(lacking), can_insist=True)
    row.awaited = True
    row.save(update_fields=["awaited"])
    ask_for_media()
    return row


def publish_awaited(progress: Callable[[int, int], None] | None = None) -> list[str]:
    """Publish the drafts that waited for their media. Returns what could not be, as « code : why ».

    What that leaves of a blueprint was said to whoever asked for it.
    """
    refused = []
    rows = list(Question.objects.filter(awaited=True).order_by("code", "version"))
    for done, row in enumerate(rows):
        if progress:
            progress(done, len(rows))
        try:
            publish_question(question=row, anyway=True)
        except BankRefusal as refusal:
            refused.append(f"{row.code} : {refusal}")
    return refused


@transaction.atomic
def retire_question(*, question: Question, anyway: bool = False) -> None:
    """Take a published version out of the draw; exams that have it keep it.

    Refused when an attestation's blueprint could not be filled any more, unless `anyway`: a question that is wrong
    must go at once, even if some exams cannot be made until another one comes. Raises BankRefusal.
    """
    row = next(row for row in _locked(question.code) if row.pk == question.pk)
    if row.state != QuestionState.PUBLISHED:
        raise BankRefusal(["Seule une question publiée peut être retirée."])
    if (lacking := queries.lacking_after(gone=[row])) and not anyway:
        raise BankRefusal(too_few(lacking), can_insist=True)
    row.state = QuestionState.RETIRED
    row.save(update_fields=["state"])


@transaction.atomic
def delete_draft(*, question: Question) -> None:
    """Delete a draft that nothing has used. Raises BankRefusal."""
    row = next(row for row in _locked(question.code) if row.pk == question.pk)
    if row.state != QuestionState.DRAFT or queries.is_used(row):
        raise BankRefusal(["Seul un brouillon peut être supprimé : retirez une question publiée."])
    row.delete()


# --- Media --------------------------------------------------------------------------------------------------------


def keep_footage(file: Path) -> str:
    """Keep a copy of a film that passed `probe.footage_seconds`; returns its name, the digest of its content."""
    with file.open("rb") as stream:
        name = file_digest(stream, "sha256").hexdigest()
    if not FOOTAGE.has(name):
        FOOTAGE.folder.mkdir(parents=True, exist_ok=True)
        partial = FOOTAGE.path(f".{secrets.token_hex(8)}")
        shutil.copyfile(file, partial)
        partial.rename(FOOTAGE.path(name))
        FOOTAGE.put(name)
    return name


def ask_for_media() -> Job:
    """Have a worker build the media that the bank lacks; a job that still waits will do."""
    waiting = Job.objects.filter(kind=BANK_MEDIA, state=JobState.WAITING, arguments={}).first()
    if waiting is None:
        return jobs.start(BANK_MEDIA, title="Médias de la banque de questions")
    transaction.on_commit(lambda: jobs.enqueue(waiting.pk))  # its first message may be lost
    return waiting


def rebuild_media(*, question: Question) -> None:
    """Have the worker make the media of a version again when they are there and cannot be played."""
    content = queries.as_source(queries.bank_rows().get(pk=question.pk))
    if queries.has_media(question) and probe.media_faults(content, queries.media_folder(question.media)):
        MEDIA.drop_folder(queries.media_name_below(question.media))


def renew_media() -> int:
    """Give a version whose media are gone, and whose scene is drawn otherwise by now, the name of the new ones."""
    renewed = 0
    for row in queries.bank_rows():
        name = media_name(queries.as_source(row))
        if name and name != row.media and not queries.has_media(row):
            row.media = name
            row.save(update_fields=["media"])
            renewed += 1
    return renewed


# --- The readable source ------------------------------------------------------------------------------------------


@dataclass
class LoadReport:
    """Codes, by what loading the readable source did with them; `vanished` are those no longer in it."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    versioned: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


@transaction.atomic
def load_bank(
    *,
    questions: Iterable[source.Question],
    media: Mapping[str, str],
    retire: bool = False,
    anyway: bool = False,
) -> LoadReport:
    """Bring the readable source into the bank; `media` maps a code to the name of its media.

    What was loaded before is left alone, whatever editors have made of it since. What has changed (a text, a scene)
    updates the published version while no exam has drawn it, else makes the next one. Both are published at once:
    the platform builds their media, and `build_media` goes before `load_bank` where exams are running. A code whose
    questions editors have all retired gets a draft. `retire` takes the codes that are no longer in the source out of
    the draw. Raises BankRefusal, and then nothing is written.
    """
    report = LoadReport()
    rows: dict[str, list[Question]] = defaultdict(list)
    for row in queries.bank_rows().select_for_update():
        rows[row.code].append(row)
    for content in questions:
        getattr(report, _load(content, media[content.code], rows.pop(content.code, []))).append(content.code)
    gone = [row for versions in rows.values() for row in versions if row.state == QuestionState.PUBLISHED]
    if not retire:
        report.vanished = [row.code for row in gone]
        return report
    if (lacking := queries.lacking_after(gone=gone)) and not anyway:
        raise BankRefusal(too_few(lacking), can_insist=True)
    for row in gone:
        row.state = QuestionState.RETIRED
        row.save(update_fields=["state"])
    report.retired = [row.code for row in gone]
    return report


def _load(content: source.Question, media: str, versions: list[Question]) -> str:
    """One question of the source beside the `versions` of its code; returns the report's list it belongs to."""
    loaded = sha256(f"{source.dump(content)}\n{media}".encode()).hexdigest()
    if any(row.loaded == loaded for row in versions):
        return "unchanged"
    if not versions:
        _publish(write_content(Question(code=content.code, version=1), content, media=media, loaded=loaded), [])
        return "added"
    old = [row for row in versions if row.state == QuestionState.PUBLISHED]
    if old and not queries.is_used(old[0]):
        write_content(old[0], content, media=media, loaded=loaded)
        return "updated"
    new = Question(code=content.code, version=versions[-1].version + 1)
    write_content(new, content, media=media, loaded=loaded)
    if old:
        _publish(new, old)
    return "versioned"
