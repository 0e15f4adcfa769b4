"""The tutorial that opens every sitting (handbook 5.2): its pages, written and read aloud, and its trial question.

Its media lie beside the bank's, under names that the web server works out without knowing how scenes are drawn.
"""

import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path

from exams import rules

from . import build, encode, source, speech

VERSION = 1
"""To be raised when the voice, or the trial question's scene, is made otherwise."""

VOICE = "reading.m4a"
"""What is heard of a page, in its folder; `media.json` beside it says how long."""


@dataclass(frozen=True)
class Page:
    """A page; ``name`` is its picture's."""

    name: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def media(self) -> str:
        """The opaque name of the folder of its voice."""
        return _name(self.title, *self.paragraphs)


def pages(mode: rules.Mode, *, described: bool, seconds: int, total: int) -> list[Page]:
    """What a candidate reads before an exam of ``mode``: ``described`` is the AER's, ``seconds`` the time to answer."""
    many = total == rules.QUESTIONS
    count = f"L’épreuve compte {rules.QUESTIONS} questions" if many else "Les questions portent"
    asked = Page(
        "questions",
        "Vingt questions" if many else "Les questions",
        (
            f"{count} sur la rue et la route : à pied, à vélo, en trottinette, à cyclomoteur, en voiture, en car…",
            "Chaque question commence par une courte vidéo.",
        ),
    )
    expected = Page(
        "expected",
        "Une ou plusieurs réponses ?",
        (
            "Un bandeau vous le dit à chaque question.",
            "Vert, « Une seule réponse est attendue » : il faut en choisir une. Rouge, « Plusieurs réponses sont "
            "attendues » : il faut en choisir au moins deux.",
            "Le point est gagné quand toutes les bonnes réponses sont choisies, et aucune autre.",
        ),
    )
    bricks = Page(
        "bricks",
        "Choisissez vos réponses",
        (
            "Touchez ou cliquez sur les briques A, B, C… Une brique choisie porte une coche.",
            "Au clavier : la lettre de la réponse, ou les flèches et la barre d’espace. Vous pouvez changer d’avis "
            "tant que la question est affichée.",
        ),
    )
    sound = Page(
        "sound",
        "Avec ou sans le son",
        (
            "La question et les réponses sont lues à voix haute : mettez votre casque. « Réécouter » relit la "
            "question, « Couper le son » fait le silence.",
            "Tout ce qui est dit est aussi écrit à l’écran.",
        ),
    )
    comfort = Page(
        "comfort",
        "À votre mesure",
        (
            "Tout en haut, « Confort de lecture » agrandit le texte, renforce le contraste, ajoute des sous-titres ou "
            "fait lire deux fois la question.",
            "Vous pouvez l’ouvrir maintenant ou pendant l’épreuve : vous ne perdez aucune réponse, mais le temps "
            "continue."
            if mode.timed
            else "Vous pouvez l’ouvrir maintenant ou pendant l’épreuve.",
        ),
    )
    kept = Page(
        "kept",
        "Vos réponses sont à l’abri",
        (
            "Chaque réponse est gardée sur cet appareil, puis envoyée. Si internet se coupe, continuez : elle partira "
            "plus tard.",
            "La barre en bas de l’écran montre où vous en êtes. À la fin, attendez de lire que vos résultats sont bien "
            "enregistrés avant de partir.",
        ),
    )
    trial = Page(
        "trial",
        "Essayez !",
        (
            "Voici une question pour essayer. Elle ne compte pas, et vous pouvez la refaire autant de fois que vous "
            "voulez.",
            "Quand tout est clair, choisissez « Démarrer ».",
        ),
    )
    return [asked, _video(mode, described), expected, bricks, _time(mode, seconds), sound, comfort, kept, trial]


def _video(mode: rules.Mode, described: bool) -> Page:
    played = (
        "Vous pouvez la mettre en pause et la revoir autant de fois que vous voulez. La question arrive à la fin de "
        "la vidéo."
        if mode.controls
        else "Elle passe une seule fois et ne peut pas être arrêtée : regardez-la bien. La question arrive dès qu’elle "
        "est finie."
    )
    aloud = (
        "Une voix la décrit à haute voix : écoutez-la jusqu’au bout, la question arrive après elle. « Réécouter la "
        "description » la répète pendant que vous répondez.",
    )
    written = "Une description écrite de la vidéo est toujours à votre disposition, sous l’image."
    return Page("video", "Regardez la vidéo", (played, *(aloud if described else ()), written))


def _time(mode: rules.Mode, seconds: int) -> Page:
    if not mode.timed:
        words = (
            "Cet entraînement n’est pas chronométré. Quand vous avez répondu, le bouton « Suivant » mène à la question "
            "suivante ; on ne revient pas en arrière."
        )
        return Page("time", "Prenez votre temps", (words,))
    words = (
        "Le temps part à la fin de la vidéo. Quand il est écoulé, la question suivante arrive toute seule : il n’y a "
        "rien à valider, et on ne revient pas en arrière.",
        "Recharger la page ou fermer l’appareil ne redonne pas de temps.",
    )
    return Page("time", f"{seconds} secondes pour répondre", words)


def every_page() -> dict[str, Page]:
    """Each page that the platform shows, in all its wordings, by the name of its media."""
    times = [int(rules.answer_time(extra_time=extra).total_seconds()) for extra in (False, True)]
    modes = [mode for mode in rules.MODES.values() if mode.delivers]
    found = {}
    for mode, described, seconds, total in product(modes, (False, True), times, (1, rules.QUESTIONS)):
        for page in pages(mode, described=described, seconds=seconds, total=total):
            found[page.media] = page
    return found


@cache
def trial() -> source.Question:
    """The question that the tutorial lets one try; it is none of the bank's."""
    return source.parse(Path(__file__).with_name("trial.toml").read_bytes(), versioned=False).question


def trial_media() -> str:
    """The opaque name of the folder of the trial question's media."""
    question = trial()
    return _name(str(question.scene), *(text for _, text in speech.parts(question)))


def _name(*texts: str) -> str:
    return sha256("\n".join(("tutorial", str(VERSION), *texts)).encode()).hexdigest()[:20]


def folders() -> dict[str, str]:
    """What lies in each of its folders, by the folder's name."""
    return {trial_media(): trial().code} | {name: f"tutorial: {page.title}" for name, page in every_page().items()}


def make(root: Path, *, profile: str = "fine") -> int:
    """Make under ``root`` what is missing, and say how many folders that were.

    Each appears at once and whole. Raises BlockingIOError while a build works in the same root.
    """
    root.mkdir(parents=True, exist_ok=True)
    with open(root / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return sum(1 for _ in _missing(root, profile))


def _missing(root: Path, profile: str) -> Iterator[str]:
    if not build.complete(trial(), root / trial_media()):
        build.make(trial(), trial_media(), root, profile)
        yield trial_media()
    for name, page in every_page().items():
        if not (root / name / "media.json").is_file():
            _read_aloud(page, root / name)
            yield name


def _read_aloud(page: Page, folder: Path) -> None:
    unfinished = folder.with_name(build.LEFTOVER + folder.name)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    pieces = [("title", f"{page.title}."), *(("text", text) for text in page.paragraphs)]
    reading = speech.read(pieces)
    encode.sounds(reading, unfinished / VOICE)
    encode.facts({"reading_seconds": round(reading.seconds, 2)}, unfinished / "media.json")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
