"""What scenes about speed need: dials, gravel and holes, fog, snow, a lorry from behind, a steep slope."""

import skia

from .above import TYRE
from .ahead import View, needle
from .ink import WHITE, at, box, disc, fade, fill, limb, oval, polygon, shade, shadow, text
from .signs import INK, _danger


def steep(c: skia.Canvas) -> None:
    """A16: a steep descent."""
    _danger(c)
    polygon(c, INK, (-30, 0), (-30, 30), (28, 30))
    text(c, "10%", 8, 4, 19, INK)


def dial(c: skia.Canvas, speed: float, most: float, label: str, radius: float = 74) -> None:
    """A speedometer on its own, centred; ``most`` is at the end of its course."""
    with at(c, 0, 0, radius / 74):
        disc(c, 2, 5, 80, "#10182838")
        disc(c, 0, 0, 78, "#5B6270")
        disc(c, 0, 0, 74, "#15181F")
        needle(c, speed / most, label)


def gravel(c: skia.Canvas, view: View, near: float, far: float, left: float, right: float) -> None:
    """Loose stones on the ground from ``near`` to ``far`` metres ahead."""
    view.patch(c, left, right, near, far, "#A39D90")
    for k in range(150):
        z = far - (far - near) * ((k * 61) % 150) / 150
        if z < 1.6:
            continue
        x = left + (right - left) * ((k * 37) % 101) / 101
        px, py = view.spot(x, z)
        size = view.focal / z * (0.09 + 0.05 * (k % 3))
        oval(c, px, py + size * 0.2, size * 1.2, size * 0.6, "#10182840")
        oval(c, px, py, size, size * 0.62, ("#E4DECF", "#77736B", "#B9B3A6")[k % 3])


def hole(c: skia.Canvas, view: View, x: float, z: float, width: float = 1.1) -> None:
    """A hole in the ground."""
    if z < 1.6:
        return
    px, py = view.spot(x, z)
    k = view.focal / z * width
    oval(c, px, py, k * 1.14, k * 0.36, "#4C525B")
    oval(c, px, py + k * 0.012, k, k * 0.28, "#23272F")
    oval(c, px, py + k * 0.07, k * 0.7, k * 0.1, "#12151B")


def fog(c: skia.Canvas, horizon: float, thick: float, colour: str = "#CDD3D6") -> None:
    """Fog over the whole picture, from nothing (``thick`` 0) to dense (1): everything far away is lost in it."""
    alpha = round(24 * thick) / 24
    full, low = f"{int(252 * alpha):02X}", f"{int(110 * alpha):02X}"
    c.drawRect(skia.Rect.MakeLTRB(0, 0, 1280, horizon + 40), fill(colour + full))
    paint = fade(colour + full, colour + low, 0, horizon + 40, 0, horizon + 240)
    c.drawRect(skia.Rect.MakeLTRB(0, horizon + 40, 1280, 720), paint)


_FLAKES = [((k * 211) % 1300, (k * 307) % 740, 2 + k % 4) for k in range(70)]


def snow(c: skia.Canvas, t: float) -> None:
    """Falling snow."""
    for x, y, radius in _FLAKES:
        fall = (y + t * (60 + radius * 18)) % 740
        disc(c, (x - fall * 0.15) % 1300, fall, radius, "#FFFFFFD0")


def lorry_from(c: skia.Canvas, colour: str = "#E9E6DC") -> None:
    """A lorry from behind, 2.5 m wide, standing on the origin."""
    shadow(c, 0, 0, 280, 30, 1.6)
    for x in (-112, 66):
        box(c, x, -60, 46, 60, TYRE, 8)
    box(c, -125, -370, 250, 312, colour, 6)
    box(c, -4, -364, 8, 300, shade(colour, -0.2))
    box(c, -125, -84, 250, 26, "#4A515C", 3)
    for side in (-1, 1):
        box(c, side * 100 - 20, -82, 40, 20, "#FF4B38", 4)


def span(c: skia.Canvas, view: View, x: float, near: float, far: float, colour: str = "#F4BE3B") -> None:
    """An arrow with two points lying on the road, along it."""
    if far - near < 1:
        return
    tip = min(0.9, (far - near) / 3)
    view.patch(c, x - 0.14, x + 0.14, near + tip, far - 2 * tip, colour)
    polygon(c, colour, view.spot(x, near), view.spot(x - 0.5, near + tip), view.spot(x + 0.5, near + tip))
    back = far - 2 * tip
    polygon(c, colour, view.spot(x, far), view.spot(x - 0.5, back), view.spot(x + 0.5, back))


def spanner(c: skia.Canvas) -> None:
    """A spanner whose jaw is at the origin, its handle to the upper right."""
    with at(c, 0, 0, turn=-38):
        limb(c, "#B9C0C7", 18, (20, 0), (150, 0))
        disc(c, 8, 0, 26, "#B9C0C7")
        polygon(c, "#7B838D", (-22, -10), (6, -10), (6, 10), (-22, 10))


def crash_wall(c: skia.Canvas, x: float, y: float, height: float = 260) -> None:
    """A crash-test block of concrete, 90 wide, its left foot at (x, y)."""
    box(c, x, y - height, 90, height, "#A9ADB2", 4)
    for k in range(5):
        top = y - height + 10 + k * (height - 20) / 5
        polygon(c, "#F4BE3B" if k % 2 else "#23272F", (x, top + 22), (x + 26, top), (x + 26, top + 24), (x, top + 46))
    box(c, x + 26, y - height, 64, height, shade("#A9ADB2", 0.14), 4)
    box(c, x - 8, y - 10, 110, 10, "#7B838D", 2)


def arrow_up(c: skia.Canvas, x: float, low: float, high: float, colour: str = "#D8412F") -> None:
    """An upright arrow from the ground (``low``) to a height (``high``), with a question mark."""
    limb(c, colour, 8, (x, low), (x, high + 20))
    limb(c, colour, 8, (x - 26, low), (x + 26, low))
    polygon(c, colour, (x - 20, high + 26), (x + 20, high + 26), (x, high))
    disc(c, x + 50, (low + high) / 2 + 10, 30, colour)
    text(c, "?", x + 50, (low + high) / 2 + 26, 44, WHITE)
