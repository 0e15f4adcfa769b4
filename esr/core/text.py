"""The one door through which text enters: forms, CSV, spreadsheets, XML, JSON.

SQLite stores what PostgreSQL refuses (NUL, over-long text), and a lone surrogate passes a form and breaks on save;
so every text is cleaned here, the same way everywhere.
"""

import re
import unicodedata

# Written as escapes: these characters are invisible in a source file.
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ZERO_WIDTH = "\u200b\u2060\ufeff"
_SPACES = re.compile(r"[^\S\n]+")
_EDGES = re.compile(r" *\n *")
_BLANK_LINES = re.compile(r"\n{3,}")


class TextError(ValueError):
    """The text cannot be accepted; the message says why, in French."""


def clean(value: str, *, max_length: int | None = None, multiline: bool = False) -> str:
    """Return `value` in NFC, without invisible characters, with single spaces and no spaces at either end.

    Controls, noncharacters, private-use characters and bidirectional overrides vanish; every kind of space becomes
    one space, except that `multiline` keeps line breaks (two in a row at most). `max_length` counts code points after
    cleaning, as PostgreSQL does.

    Raises TextError for a lone surrogate (the file was read in the wrong encoding) and for a text that is too long.
    """
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise TextError("Ce texte contient un caractère illisible : vérifiez son encodage et saisissez-le à nouveau.")
    value = unicodedata.normalize("NFC", value)
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not multiline:
        value = value.replace("\n", " ")
    value = "".join(
        " " if character == "\t" else character
        for character in value
        if character in "\n\t" or not _is_invisible(character)
    )
    value = _SPACES.sub(" ", value)
    if multiline:
        value = _BLANK_LINES.sub("\n\n", _EDGES.sub("\n", value))
    value = value.strip()
    if max_length is not None and len(value) > max_length:
        raise TextError(f"Ce texte est trop long : {len(value)} caractères pour {max_length} au plus.")
    return value


def _is_invisible(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
        or character in _BIDI_CONTROLS
        or character in _ZERO_WIDTH
    )


# What French and its neighbours are written with: letters up to Latin Extended-A, and punctuation.
_EUROPEAN = re.compile("[\x00-\u017f\u2010-\u2026\u20ac]+")


def misread(value: str) -> str:
    """What `value` was before its UTF-8 was read as Windows (ZoÃ© → Zoé), "" when that is not what it looks like.

    A capital and a typographic sign may make a letter by chance (NOÉ’S → NOɒS), but none that anybody here writes.
    """
    if value.isascii():
        return ""
    try:
        meant = value.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return meant if _EUROPEAN.fullmatch(meant) else ""


def search_key(value: str) -> str:
    """`value` as search compares it: no accents, no case, œ as oe, one space between words."""
    value = value.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    decomposed = unicodedata.normalize("NFKD", value)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def in_groups(code: str, size: int = 4) -> str:
    """A number or code as people read and type it: 12345678 → 1234 5678."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))
