"""What is shown close, over a scene: medallions, a magnifying glass, dotted circles; and things people carry or meet."""

from collections.abc import Callable
from math import cos, radians, sin

import skia

from .ink import at, box, disc, limb, oval, path, pen, ring, shade, shadow, shape, trace
from .motion import blink, ease
from .people import NECK, TORSO, Look, Point, Pose


def medallion(c: skia.Canvas, draw: Callable[[skia.Canvas], None], radius: float = 84, come: float = 1) -> None:
    """A drawing in a white disc that grows with ``come`` (0 to 1), centred on the origin."""
    if not come:
        return
    c.save()
    c.scale(come, come)
    disc(c, 4, 8, radius + 4, "#10182838")
    disc(c, 0, 0, radius, "#FFFFFF")
    draw(c)
    ring(c, 0, 0, radius, "#2F4858", 6)
    c.restore()


def magnifier(c: skia.Canvas, radius: float = 80) -> None:
    """An empty magnifying glass centred on the origin, its handle to the lower right."""
    limb(c, "#6B4A36", 26, (radius * 0.95, radius * 0.95), (radius * 1.75, radius * 1.75))
    limb(c, "#3A414D", 14, (radius * 0.72, radius * 0.72), (radius * 1.0, radius * 1.0))
    disc(c, 0, 0, radius, "#FFFFFF38")
    ring(c, 0, 0, radius, "#3A414D", 13)
    c.drawArc(skia.Rect.MakeLTRB(-radius * 0.75, -radius * 0.75, radius * 0.75, radius * 0.75), 190, 60, False, _GLEAM)


_GLEAM = pen("#FFFFFFB0", 8)


def dotted(c: skia.Canvas, x: float, y: float, radius: float, t: float, start: float, colour: str = "#FFFFFF") -> None:
    """A dotted circle that flashes for a second from ``start`` on, then stays."""
    if t > start and (t > start + 1 or blink(t - start, 0.5)):
        c.drawCircle(x, y, radius, pen(colour, 6, (14, 10)))


def skull(look: Look, pose: Pose) -> Point:
    """The centre of the head of somebody drawn by :func:`people.person`."""
    lean, bow = radians(pose.lean), radians(pose.lean * 0.5 + pose.nod)
    x = pose.hip[0] + TORSO * sin(lean) + NECK * sin(bow) + 1
    y = pose.hip[1] - TORSO * cos(lean) - NECK * cos(bow)
    return x * look.height / 165, y * look.height / 165


def headphones(c: skia.Canvas, colour: str = "#D8412F") -> None:
    """Big headphones on a head from the side, its centre at the origin."""
    trace(c, "M-5 1 Q-8 -19 0 -19 Q6 -19 1 -12", "#15181F", 3.5)
    oval(c, -4, 2, 13, 17, colour)
    oval(c, -4, 2, 7, 10, shade(colour, -0.35))


def dog(c: skia.Canvas, t: float, *, running=False, colour: str = "#B5793F") -> None:
    """A dog from the side, 60 cm high, looking right, standing on the origin; its tail wags."""
    shadow(c, 0, 1, 100, 10)
    dark = shade(colour, -0.2)
    for k, x in enumerate((-30, -22, 22, 30)):
        swing = 12 * sin(t * 11 + k * 1.9) if running else 0
        limb(c, dark if k % 2 else colour, 8, (x, -30), (x + swing * 0.4, -16), (x + swing, -3))
    with at(c, -38, -46, turn=24 * sin(t * 12)):
        limb(c, colour, 7, (0, 0), (-16, -20))
    shape(c, "M-42 -34 Q-44 -54 -24 -54 H22 Q40 -54 38 -36 Q34 -26 14 -26 L-26 -28 Q-40 -26 -42 -34 Z", colour)
    shape(c, "M18 -46 L32 -74 Q44 -84 56 -74 L70 -66 Q74 -58 64 -56 L50 -54 L40 -34 Z", colour)
    shape(c, "M32 -76 Q24 -64 28 -54 Q38 -54 40 -70 Z", dark)
    disc(c, 69, -64, 4, "#15181F")
    disc(c, 53, -69, 2.6, "#15181F")
    trace(c, "M24 -52 Q32 -44 40 -44", "#D8412F", 5)


def sandwich(c: skia.Canvas) -> None:
    """A sandwich, 28 cm long, centred."""
    box(c, -14, -6, 28, 6, "#D9A05B", 3)
    box(c, -13, -1, 26, 3, "#6BA368", 1)
    box(c, -14, 1, 28, 6, "#C98F48", 3)


def shelter(c: skia.Canvas, width: float = 260) -> None:
    """A bus shelter with its bench, 230 cm high, standing on y = 0 from x = 0."""
    box(c, 14, -214, width - 28, 180, "#BFDDE890", 4)
    for x in (8, width - 16):
        box(c, x, -220, 8, 220, "#4A515C")
    shape(c, f"M-16 -220 H{width + 16} L{width + 4} -238 H-4 Z", "#2F4858")
    for y in (52, 40):
        box(c, 34, -y, width - 68, 8, "#A9743F", 3)
    for x in (50, width - 56):
        box(c, x, -34, 6, 34, "#4A515C")


def dashed(c: skia.Canvas, outline: str, colour: str = "#FFFFFF", width: float = 6, dash=(18, 12)) -> None:
    """A dashed stroke along an SVG outline."""
    c.drawPath(path(outline), pen(colour, width, dash))


def bump(c: skia.Canvas, t: float, start: float, size: float = 1) -> None:
    """A star of short strokes around the origin for half a second: a shock."""
    part = (t - start) / 0.5
    if 0 < part < 1:
        for k in range(7):
            with at(c, 0, 0, turn=-150 + k * 50 * 0.4 * 2.5):
                limb(c, "#F4BE3B", 9 * size * (1 - part) + 1, (60 * size + 40 * part, 0), (84 * size + 90 * part, 0))


def appear(t: float, start: float) -> float:
    """How far what appears at ``start`` has grown."""
    return ease(t, start, start + 0.6)


def garage(c: skia.Canvas) -> None:
    """The wall of a garage with its shelf, and the floor from y = 560."""
    wall = "#C9B79C"
    box(c, 0, 0, 1280, 560, wall)
    for y in range(0, 560, 70):
        for x in range(-40 + (y // 70 % 2) * 60, 1280, 120):
            tone = 0.05 * ((x + y) % 3)
            box(c, x, y, 116, 66, shade(wall, tone) if tone else wall, 3)
    box(c, 0, 560, 1280, 160, "#9A948A")
    box(c, 40, 120, 200, 12, "#7A5A40")
    for x, colour in ((60, "#2F6FB3"), (110, "#D8412F"), (165, "#3FA06B")):
        box(c, x, 66, 38, 54, colour, 4)
