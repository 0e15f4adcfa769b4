"""Paint, paths and placement: the few words every drawing of the kit is written with.

Colours are "#RRGGBB" or "#RRGGBBAA". Lengths are in the unit of the current canvas: pixels on the stage, centimetres
inside a sprite placed with :func:`at`.
"""

import re
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path as FilePath

import skia

FONT_FILE = FilePath(__file__).with_name("signs.ttf")

WHITE, BLACK = "#FFFFFF", "#1E2430"
RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE = "#D8412F", "#F08A3C", "#F4BE3B", "#3FA06B", "#2F6FB3", "#7A5AA8"
TEAL, PINK, CREAM, SAND, GREY, NIGHT = "#2D8C8C", "#E58AA0", "#F6EEDD", "#DCCFB8", "#9AA3AD", "#141C33"


@lru_cache(4096)
def _argb(colour: str) -> int:
    """The skia colour of "#RRGGBB" or "#RRGGBBAA"."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return skia.Color(red, green, blue, int(colour[7:9] or "FF", 16))


@lru_cache(4096)
def fill(colour: str, blur: float = 0) -> skia.Paint:
    """A filling paint, its edge softened over ``blur`` units. Shared: never modify it."""
    paint = skia.Paint(AntiAlias=True, Color=_argb(colour))
    if blur:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


@lru_cache(4096)
def pen(colour: str, width: float, dash: tuple[float, ...] = (), flat: bool = False) -> skia.Paint:
    """A stroking paint with round ends, or flat ones; ``dash`` alternates drawn and empty lengths."""
    paint = skia.Paint(AntiAlias=True, Color=_argb(colour), Style=skia.Paint.kStroke_Style, StrokeWidth=width)
    paint.setStrokeCap(skia.Paint.kButt_Cap if flat or dash else skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kMiter_Join if flat else skia.Paint.kRound_Join)
    if dash:
        paint.setPathEffect(skia.DashPathEffect.Make(list(dash), 0))
    return paint


@lru_cache(1024)
def fade(colour: str, other: str, x0: float, y0: float, x1: float, y1: float) -> skia.Paint:
    """A paint that goes from one colour at (x0, y0) to another at (x1, y1)."""
    shader = skia.GradientShader.MakeLinear([skia.Point(x0, y0), skia.Point(x1, y1)], [_argb(colour), _argb(other)])
    return skia.Paint(AntiAlias=True, Shader=shader)


@lru_cache(1024)
def glow(colour: str, x: float, y: float, radius: float) -> skia.Paint:
    """A paint that fades from a colour at (x, y) to nothing at ``radius``."""
    colours = [_argb(colour), _argb(colour[:7] + "00")]
    return skia.Paint(AntiAlias=True, Shader=skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colours))


@lru_cache(1024)
def shade(colour: str, amount: float) -> str:
    """The colour darkened (amount < 0, down to black at -1) or lightened (amount > 0, up to white at 1)."""
    target = 255 if amount > 0 else 0
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(p + (target - p) * abs(amount)):02X}" for p in parts) + colour[7:]


@lru_cache(4096)
def path(outline: str) -> skia.Path:
    """The path of an SVG outline made of absolute M, L, H, V, Q, C and Z commands. Shared: never modify it."""
    drawn = skia.Path()
    x = y = 0.0
    for command, arguments in re.findall(r"([MLHVQCZ])([^MLHVQCZ]*)", outline):
        n = [float(value) for value in re.findall(r"-?[\d.]+", arguments)]
        match command:
            case "H":
                n = [n[0], y]
            case "V":
                n = [x, n[0]]
        size = {"C": 6, "Q": 4}.get(command, 2)
        draw = {"M": drawn.moveTo, "C": drawn.cubicTo, "Q": drawn.quadTo}.get(command, drawn.lineTo)
        for i in range(0, len(n), size):
            draw(*n[i : i + size])
            x, y = n[i + size - 2 : i + size]
        if command == "Z":
            drawn.close()
    return drawn


@contextmanager
def at(c: skia.Canvas, x: float, y: float, scale: float = 1, turn: float = 0, flip: bool = False):
    """Move the origin of what is drawn inside to (x, y), turned clockwise by ``turn`` degrees, mirrored if ``flip``."""
    c.save()
    c.translate(x, y)
    if turn:
        c.rotate(turn)
    if scale != 1 or flip:
        c.scale(-scale if flip else scale, scale)
    yield c
    c.restore()


def shape(c: skia.Canvas, outline: str, colour: str) -> None:
    """Fill an SVG outline."""
    c.drawPath(path(outline), fill(colour))


def trace(c: skia.Canvas, outline: str, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
    """Stroke an SVG outline."""
    c.drawPath(path(outline), pen(colour, width, dash))


def disc(c: skia.Canvas, x: float, y: float, radius: float, colour: str) -> None:
    c.drawCircle(x, y, radius, fill(colour))


def ring(c: skia.Canvas, x: float, y: float, radius: float, colour: str, width: float) -> None:
    c.drawCircle(x, y, radius, pen(colour, width))


def oval(c: skia.Canvas, x: float, y: float, width: float, height: float, colour: str) -> None:
    """An ellipse centred on (x, y)."""
    c.drawOval(skia.Rect.MakeXYWH(x - width / 2, y - height / 2, width, height), fill(colour))


def box(c: skia.Canvas, x: float, y: float, width: float, height: float, colour: str, round: float = 0) -> None:
    """A rectangle from its top left corner, its corners rounded by ``round``."""
    c.drawRoundRect(skia.Rect.MakeXYWH(x, y, width, height), round, round, fill(colour))


def limb(c: skia.Canvas, colour: str, width: float, *points: tuple[float, float]) -> None:
    """A thick line with round ends and joints through the points."""
    drawn = skia.Path()
    drawn.addPoly([skia.Point(x, y) for x, y in points], False)
    c.drawPath(drawn, pen(colour, width))


def polygon(c: skia.Canvas, colour: str, *points: tuple[float, float]) -> None:
    drawn = skia.Path()
    drawn.addPoly([skia.Point(x, y) for x, y in points], True)
    c.drawPath(drawn, fill(colour))


def shadow(c: skia.Canvas, x: float, y: float, width: float, height: float, strength: float = 1) -> None:
    """A soft shadow on the ground, centred on (x, y): three ovals, far cheaper than a blur in every frame."""
    alpha = f"{round(22 * strength):02X}"
    for part in (1.0, 0.86, 0.7):
        oval(c, x, y, width * part, height * part, "#101828" + alpha)


@cache
def _typeface() -> skia.Typeface:
    """The font of the signs, carried by the kit so that every machine draws the same letters."""
    return skia.Typeface.MakeFromFile(str(FONT_FILE))


@lru_cache(256)
def _font(size: float) -> skia.Font:
    font = skia.Font(_typeface(), size)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setSubpixel(True)
    return font


def text(c: skia.Canvas, words: str, x: float, y: float, size: float, colour: str = BLACK, align: float = 0.5) -> None:
    """Words in bold whose baseline is at y; ``align`` is the part of them that lies left of x (0.5: centred)."""
    font = _font(size)
    c.drawString(words, x - font.measureText(words) * align, y, font, fill(colour))
