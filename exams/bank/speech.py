"""The voice that reads a question aloud, in French."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import ttspico

from .source import LETTERS, Question

RATE = 16_000
"""Samples per second of the voice (signed 16-bit, mono)."""

ONE, SEVERAL = "Une seule réponse est attendue.", "Plusieurs réponses sont attendues."

_PAUSE = {"statement": 0.6, "expected": 0.5}
_PAUSE_BETWEEN_ANSWERS = 0.45

_LETTER_NAMES = {
    "A": "a", "B": "bé", "C": "cé", "D": "dé", "E": "eu", "F": "effe", "G": "gé", "H": "hache", "I": "i", "J": "ji",
    "K": "ka", "L": "elle", "M": "emme", "N": "enne", "O": "o", "P": "pé", "Q": "ku", "R": "erre", "S": "esse",
    "T": "té", "U": "u", "V": "vé", "W": "double vé", "X": "ixe", "Y": "i grec", "Z": "zède",
}  # fmt: skip
_ORDINALS = {
    "1er": "premier", "1re": "première", "2e": "deuxième", "3e": "troisième", "4e": "quatrième", "5e": "cinquième",
    "6e": "sixième", "7e": "septième", "8e": "huitième", "9e": "neuvième", "10e": "dixième",
}  # fmt: skip

_SAID_AS_WORDS = {"SAUF", "STOP", "SAMU", "ZONE", "SMUR"}

# In this order: a longer unit is read before the shorter one it begins with.
_SPOKEN: list[tuple[str, str]] = [
    (r"[’ʼ]", "'"),
    (r"[\u00a0\u202f\u2009]", " "),
    (r"[«»“”\"]", " "),
    (r"…", "."),
    (r"\s*[–—]\s*", ", "),
    (r"\bkm/h\b", "kilomètres heure"),
    (r"\bm/s\b", "mètres par seconde"),
    (r"\bg/[lL]\b", "gramme par litre"),
    (r"(?<=\d)\s*km\b", " kilomètres"),
    (r"(?<=\d)\s*cm\b", " centimètres"),
    (r"(?<=\d)\s*m\b", " mètres"),
    (r"(?<=\d)\s*kg\b", " kilos"),
    (r"(?<=\d)\s*min\b", " minutes"),
    (r"(?<=\d)\s*dB\b", " décibels"),
    (r"(?<=\d)\s*%", " pour cent"),
    (r"(?<=\d)\s*€", " euros"),
    (r"\b1 ?h(?: ?00)?\b(?! ?\d)", "une heure"),
    (r"(?<=\d) ?h ?00\b", " heures"),
    (r"(?<=\d) ?h(?= ?\d|\b)", " heures "),
    (r"\b[nN]° ?", "numéro "),
    (r"\bart\. ?", "article "),
    (r"\b([RLD])\. ?(?=\d)", r"\1 "),
]


def spoken(text: str) -> str:
    """The text as the voice must be given it: units, ordinals, hours and initials in full words."""
    for pattern, words in _SPOKEN:
        text = re.sub(pattern, words, text)
    text = re.sub(r"\b\d{1,2}(?:er|re|e)\b", lambda match: _ORDINALS.get(match[0], match[0]), text)
    text = re.sub(r"\b[A-Z]{2,}\b|(?<=Réponse )[A-Z](?= :)", _spelled, text)
    return re.sub(r"\s+", " ", re.sub(r"\s+(?=[.,])", "", text)).strip()


def _spelled(match: re.Match) -> str:
    """Initials letter by letter, unless they are said as a word, or are a long word in capitals."""
    if match[0] in _SAID_AS_WORDS or len(match[0]) > 4:
        return match[0].lower()
    return " ".join(_LETTER_NAMES[letter] for letter in match[0])


@dataclass(frozen=True)
class Cue:
    """What is heard from ``start`` to ``end`` (seconds): ``part`` is statement, expected or a letter; ``text`` as written."""

    start: float
    end: float
    part: str
    text: str


@dataclass(frozen=True)
class Reading:
    """A recorded text: ``samples`` are int16 at RATE; the cues cover its parts in order."""

    samples: np.ndarray
    cues: tuple[Cue, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def parts(question: Question) -> list[tuple[str, str]]:
    """The (part, text) pairs that are read for a question."""
    answers = zip(LETTERS, question.propositions)
    return [
        ("statement", question.statement),
        ("expected", SEVERAL if question.several else ONE),
        *((letter, f"Réponse {letter} : {proposition.text}") for letter, proposition in answers),
    ]


def read(pieces: list[tuple[str, str]]) -> Reading:
    """Read (part, text) pairs one after the other, with short pauses."""
    chunks: list[np.ndarray] = [_silence(0.25)]
    cues = []
    position = len(chunks[0])
    for part, text in pieces:
        voice = _say(spoken(text))
        cues.append(Cue(round(position / RATE, 2), round((position + len(voice)) / RATE, 2), part, text))
        chunks += voice, _silence(_PAUSE.get(part, _PAUSE_BETWEEN_ANSWERS))
        position += len(voice) + len(chunks[-1])
    return Reading(np.concatenate(chunks), tuple(cues))


def _silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.int16)


@cache
def _engine() -> ttspico.TtsEngine:
    return ttspico.TtsEngine("fr-FR")


def _say(text: str) -> np.ndarray:
    """The voice reading one text, without the silence around it."""
    samples = np.frombuffer(_engine().speak(text), np.int16)
    loud = np.flatnonzero(np.abs(samples) > 180)
    if not len(loud):
        raise ValueError(f"the voice said nothing for {text!r}")
    margin = RATE // 20
    return samples[max(loud[0] - margin, 0) : loud[-1] + margin]
