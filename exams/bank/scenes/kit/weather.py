"""Rain, wet glass and darkness, over the whole picture."""

from math import sin

import skia

from .ink import disc, glow, pen, trace

_DROPS = [((k * 197) % 1400 - 60, (k * 331) % 760 - 20, 16 + k % 9) for k in range(80)]


def rain(c: skia.Canvas, t: float, strength: float = 1) -> None:
    """Falling rain at ``t`` seconds."""
    points = []
    for x, y, length in _DROPS[: int(len(_DROPS) * strength)]:
        fall = (y + t * 900) % 780 - 30
        points += [skia.Point(x - fall * 0.12, fall), skia.Point(x - fall * 0.12 - length * 0.12, fall + length)]
    c.drawPoints(skia.Canvas.kLines_PointMode, points, pen("#E4EEF55C", 2))


def darkness(c: skia.Canvas, strength: float = 0.5, width: float = 1280) -> None:
    """The dark of night over what has been drawn; what is drawn after it shines."""
    c.drawRect(skia.Rect.MakeXYWH(0, 0, width, 720), _dark(round(255 * strength)))


def _dark(alpha: int) -> skia.Paint:
    return skia.Paint(Color=skia.Color(10, 16, 44, alpha))


def shine(c: skia.Canvas, x: float, y: float, radius: float, colour: str = "#FFE9A8B0") -> None:
    """A light in the dark."""
    c.drawCircle(x, y, radius, glow(colour, x, y, radius))


def smoke(
    c: skia.Canvas, x: float, y: float, t: float, colour: str = "#8C9299", rise: float = 70, drift: float = -60, puffs=4
) -> None:
    """Puffs leaving (x, y), rising and drifting as they fade."""
    for k in range(puffs):
        age = (t * 0.7 + k / puffs) % 1
        alpha = f"{int(190 * (1 - age)):02X}"
        disc(c, x + drift * age + sin(age * 6 + k) * 5, y - rise * age, 8 + 20 * age, colour + alpha)


def waves(
    c: skia.Canvas,
    x: float,
    y: float,
    t: float,
    *,
    count=3,
    start=24.0,
    step=26.0,
    turn=0.0,
    spread=70.0,
    colour="#D8412F",
):
    """Arcs of sound leaving (x, y) towards ``turn`` degrees, ``spread`` degrees wide."""
    for k in range(count):
        part = (t * 1.2 + k / count) % 1
        radius = start + step * count * part
        alpha = f"{int(230 * (1 - part)):02X}"
        bounds = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        c.drawArc(bounds, turn - spread / 2, spread, False, pen(colour + alpha, 5))


def buzz(c: skia.Canvas, x: float, y: float, t: float, size: float = 1) -> None:
    """Little vibrating strokes on both sides of (x, y): a telephone rings."""
    if t % 1.2 > 0.8:
        return
    shake = 3 * size * sin(t * 60)
    for sign in (-1, 1):
        for k in (0, 1):
            d = (18 + k * 10) * size
            trace(
                c,
                f"M{x + sign * d + shake} {y - 12 * size} Q{x + sign * (d + 6 * size) + shake} {y} {x + sign * d + shake} {y + 12 * size}",
                "#F4BE3B",
                3.5 * size,
            )
