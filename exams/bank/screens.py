"""The still screens of a film: cards, and a question with its countdown, to be read from the back of a room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import skia

from .scenes.kit.ink import fill, pen
from .scenes.stage import HEIGHT, WIDTH
from .source import LETTERS

FONTS = Path(__file__).parents[2] / "static" / "fonts"

INK, PAPER, BLUE, GREY, MARK = "#161616", "#FFFFFF", "#000091", "#DDDDDD", "#0A76F6"
GREEN, RED = "#18753C", "#CE0500"
"""Of the banners « Une seule réponse » and « Plusieurs réponses », as on the candidate's page."""

ONE, SEVERAL = "Une seule réponse est attendue", "Plusieurs réponses sont attendues"

_MARGIN = 40
_LEFT = 400  # width of the picture and of the countdown under it
_SIZES = range(36, 15, -1)
_LEADING = 1.3


@cache
def _font(size: float, bold: bool = False) -> skia.Font:
    name = "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"
    font = skia.Font(skia.Typeface.MakeFromFile(str(FONTS / name)), size)
    font.setSubpixel(True)
    return font


def _tied(text: str) -> str:
    """French punctuation stays with its word: a line never begins with « ? »."""
    for mark in "?!:;»":
        text = text.replace(f" {mark}", f"\N{NO-BREAK SPACE}{mark}")
    return text.replace("« ", "«\N{NO-BREAK SPACE}")


def wrapped(text: str, font: skia.Font, width: float) -> list[str]:
    """The lines of a text no wider than ``width``; a word that is wider is cut."""
    lines, line = [], ""
    for word in _tied(text).split(" "):
        longer = f"{line} {word}" if line else word
        if font.measureText(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.measureText(word) > width:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or font.measureText(word[:n]) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line]


def _lines(c: skia.Canvas, lines: Sequence[str], x: float, y: float, font: skia.Font, colour: str = INK) -> float:
    """Write lines whose top is at y, and return the y under them."""
    step = font.getSize() * _LEADING
    for number, line in enumerate(lines):
        c.drawString(line, x, y + number * step + font.getSize() * 1.02, font, fill(colour))
    return y + len(lines) * step


def _pictures(draw, moments: Sequence) -> Iterator[memoryview]:
    """A BGRA picture for each of the ``moments`` given to ``draw``. The same memory is reused for each."""
    pixels = bytearray(WIDTH * HEIGHT * 4)
    info = skia.ImageInfo.Make(WIDTH, HEIGHT, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, pixels, WIDTH * 4)
    for moment in moments:
        draw(surface.getCanvas(), moment)
        yield memoryview(pixels)


def card(title: str, lines: Sequence[str] = (), *, seconds: int) -> Iterator[memoryview]:
    """A title in white on blue, with ``lines`` under it: one picture a second."""

    def draw(c: skia.Canvas, _) -> None:
        c.clear(skia.Color4f(fill(BLUE).getColor()))
        big, small = _font(96, bold=True), _font(36)
        titles = wrapped(title, big, WIDTH - 2 * _MARGIN)
        texts = [wrapped(line, small, WIDTH - 6 * _MARGIN) for line in lines]
        high = len(titles) * big.getSize() * _LEADING
        high += sum(len(text) * small.getSize() * _LEADING + 16 for text in texts)
        y = (HEIGHT - high) / 2
        for line in titles:
            y = _lines(c, [line], (WIDTH - big.measureText(line)) / 2, y, big, PAPER)
        for text in texts:
            y += 16
            for line in text:
                y = _lines(c, [line], (WIDTH - small.measureText(line)) / 2, y, small, PAPER)

    return _pictures(draw, range(seconds))


@dataclass(frozen=True)
class Moment:
    """What a question's screen shows in a second: how many are ``left`` of ``total``, and the ``part`` being read."""

    left: int
    total: int
    part: str


def question(
    statement: str, propositions: Sequence[str], *, several: bool, still: Path, moments: Sequence[Moment]
) -> Iterator[memoryview]:
    """The screen of a question, one picture for each moment: its still, countdown, banner, statement and bricks."""
    image = skia.Image.open(str(still))
    fitted = _fitted(statement, propositions)

    def draw(c: skia.Canvas, moment: Moment) -> None:
        c.clear(skia.Color4f(fill(PAPER).getColor()))
        c.drawImageRect(image, _inside(image), skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))
        _countdown(c, moment)
        _asked(c, fitted, several, moment.part)

    return _pictures(draw, moments)


def _inside(image: skia.Image) -> skia.Rect:
    """Where the picture goes, whole, whatever its proportions."""
    high = _LEFT * HEIGHT / WIDTH
    scale = min(_LEFT / image.width(), high / image.height())
    wide, tall = image.width() * scale, image.height() * scale
    return skia.Rect.MakeXYWH(_MARGIN + (_LEFT - wide) / 2, _MARGIN + (high - tall) / 2, wide, tall)


def _countdown(c: skia.Canvas, moment: Moment) -> None:
    x, y = _MARGIN, 300
    label, digits = _font(30), _font(150, bold=True)
    _lines(c, ["Temps pour répondre"], x, y, label)
    urgent = RED if moment.left <= 10 else INK
    c.drawString(f"{moment.left}", x, y + 190, digits, fill(urgent))
    after = x + digits.measureText(f"{moment.left}") + 16
    c.drawString("s", after, y + 190, _font(60, bold=True), fill(urgent))
    bar = skia.Rect.MakeXYWH(x, y + 230, _LEFT, 28)
    c.drawRect(skia.Rect.MakeXYWH(x, y + 230, _LEFT * moment.left / moment.total, 28), fill(urgent))
    c.drawRect(bar, pen(INK, 2, flat=True))


@dataclass(frozen=True)
class _Fitted:
    """A question's texts broken into lines at the largest size at which all of it fits."""

    size: int
    statement: list[str]
    propositions: list[list[str]]


_X = _MARGIN + _LEFT + 40
_WIDE = WIDTH - _MARGIN - _X
_LETTER = 64  # width of a brick's letter
_PAD, _GAP = 0.4, 0.35  # above and under the text of a brick, and between two, in sizes of its letters
_TOP = _MARGIN + 64 + 20  # under the banner


def _fitted(statement: str, propositions: Sequence[str]) -> _Fitted:
    for size in _SIZES:
        lines = wrapped(statement, _font(size, bold=True), _WIDE - 20)
        bricks = [wrapped(text, _font(size * 0.9), _WIDE - _LETTER - 20) for text in propositions]
        fitted = _Fitted(size, lines, bricks)
        if _TOP + _high(fitted) <= HEIGHT - _MARGIN:
            break
    return fitted


def _high(fitted: _Fitted) -> float:
    bricks = sum(len(lines) * _LEADING + 2 * _PAD + _GAP for lines in fitted.propositions)
    return len(fitted.statement) * fitted.size * _LEADING + 24 + bricks * fitted.size * 0.9


def _asked(c: skia.Canvas, fitted: _Fitted, several: bool, part: str) -> None:
    c.drawRect(skia.Rect.MakeXYWH(_X, _MARGIN, _WIDE, 64), fill(RED if several else GREEN))
    banner = _font(32, bold=True)
    c.drawString(SEVERAL if several else ONE, _X + 20, _MARGIN + 44, banner, fill(PAPER))
    if part == "expected":
        c.drawRect(skia.Rect.MakeXYWH(_X, _MARGIN + 64, _WIDE, 6), fill(MARK))
    statement = _font(fitted.size, bold=True)
    y = _lines(c, fitted.statement, _X + 20, _TOP, statement)
    c.drawRect(skia.Rect.MakeXYWH(_X, _TOP + 4, 6, y - _TOP), fill(MARK if part == "statement" else GREY))
    y += 24
    for letter, lines in zip(LETTERS, fitted.propositions):
        y = _brick(c, letter, lines, y, fitted.size * 0.9, read=part == letter)


def _brick(c: skia.Canvas, letter: str, lines: Sequence[str], y: float, size: float, *, read: bool) -> float:
    high = (len(lines) * _LEADING + 2 * _PAD) * size
    c.drawRect(skia.Rect.MakeXYWH(_X, y, _WIDE, high), pen(INK, 2, flat=True))
    if read:
        c.drawRect(skia.Rect.MakeXYWH(_X, y, 10, high), fill(MARK))
    bold = _font(size * 1.15, bold=True)
    x = _X + 8 + (_LETTER - bold.measureText(letter)) / 2
    c.drawString(letter, x, y + high / 2 + size * 0.42, bold, fill(BLUE))
    _lines(c, lines, _X + _LETTER + 8, y + _PAD * size, _font(size))
    return y + high + _GAP * size
