"""Scenes of « santé et conduites à risque »: figures and checks to know."""

from math import sin

from exams.bank.scenes.kit import civic, side, street, things
from exams.bank.scenes.kit.close import appear, magnifier, medallion
from exams.bank.scenes.kit.ink import WHITE, at, box, limb, oval, polygon, shade, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, ease, wave
from exams.bank.scenes.kit.people import LINA, MUM, OFFICER, STAND, TOM, person
from exams.bank.scenes.registry import scene

KEPI = "#1D2740"


@scene("san-alcool-verres")
def three_drinks(stage):
    c = stage.back
    _counter(c)
    with at(c, 290, 560, 1.9):
        _beer(c)
    with at(c, 640, 560, 2):
        things.wine_glass(c, 0.5)
    with at(c, 990, 560, 1.9):
        _shot(c)
    glide = Curve((0.5, 200), (2.2, 290), (3.2, 290), (4.4, 640), (5.4, 640), (6.6, 990), (8, 990), start=0, end=0)

    def draw(c, t):
        for x, words, start in ((290, "25 cl à 5 %", 0.8), (640, "10 cl à 12 %", 1.6), (990, "3 cl à 40 %", 2.4)):
            if t > start:
                with at(c, x, 640, appear(t, start)):
                    street.tag(c, words, 0, 0, 38)
        with at(c, glide(t), 420 + 6 * sin(t * 2)):
            magnifier(c, 130)

    return draw


def _counter(c):
    """A wooden counter before a tiled wall."""
    wall, top = "#DCCDB6", "#B5834F"
    box(c, 0, 0, 1280, 430, wall)
    for x in range(0, 1280, 128):
        for y in range(0, 400, 100):
            box(c, x + 4, y + 4, 120, 92, shade(wall, 0.3), 6)
    box(c, 0, 430, 1280, 290, top)
    for y in (484, 560, 636):
        trace(c, f"M0 {y} Q640 {y + 12} 1280 {y - 6}", shade(top, -0.1), 4)
    box(c, 0, 424, 1280, 14, shade(top, 0.15))


def _beer(c):
    """A glass of beer, 150 high, standing on y = 0."""
    oval(c, 4, -2, 100, 16, "#10182830")
    box(c, -38, -118, 76, 112, "#E0A32E", 5)
    box(c, -38, -132, 76, 24, "#FBF4DF", 10)
    trace(c, "M-42 -150 L-40 0 H40 L42 -150", "#FFFFFFD0", 6)


def _shot(c):
    """A small glass of strong drink, 70 high, standing on y = 0."""
    oval(c, 4, -2, 66, 14, "#10182830")
    polygon(c, "#C98A3A", (-25, -46), (25, -46), (20, -8), (-20, -8))
    trace(c, "M-30 -70 L-22 -2 H22 L30 -70", "#FFFFFFD0", 6)


@scene("san-drogue-depistage")
def drug_check(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    for x in (90, 1210):
        street.tree(c, x, 470, 280)
    street.road(c, pavements=False)
    gendarme = OFFICER | {"vest": "#E8F04A"}
    with at(c, 1040, 496, 1.15):
        civic.police_car(c, False)
    with at(c, 350, 700, 1.7):
        side.moped_alone(c, "#D8412F")

    def draw(c, t):
        with at(c, 600, 704, 1.7):
            person(c, TOM | {"bag": None, "top": "#3A414D"}, STAND | {"hands": ((12, -78), None), "nod": 4})
            with at(c, 16, -46, 0.16):
                things.motor_helmet(c, "#2F6FB3")
        reach = ease(t, 1.2, 2.6)
        with at(c, 800, 706, 1.7, flip=True):
            person(c, gendarme, STAND | {"hands": ((18 + 32 * reach, -86 - 28 * reach), None), "nod": 4})
            box(c, -17, -182, 34, 13, KEPI, 5)
            box(c, 22 + 34 * reach, -97 - 30 * reach, 26, 9, WHITE, 3)
        with at(c, 960, 706, 1.7, flip=True):
            person(c, gendarme | {"cut": "bun", "skin": "#8A5638"}, STAND | {"nod": wave(t, 3, 0, 8)})
            box(c, -17, -182, 34, 13, KEPI, 5)
        with at(c, 640, 190):
            medallion(c, _leaf, 118, appear(t, 2.8))

    return draw


def _leaf(c):
    """A hemp leaf and a question mark."""
    with at(c, -26, 30, 0.9):
        for turn, long in ((-90, 46), (90, 46), (-50, 76), (50, 76), (0, 96)):
            with at(c, 0, 0, turn=turn):
                shape(c, f"M0 0 Q-20 {-long * 0.5} 0 {-long} Q20 {-long * 0.5} 0 0 Z", "#4F9A55")
        limb(c, "#4F9A55", 6, (0, 0), (0, 34))
    text(c, "?", 66, 34, 90, "#F08A3C")


@scene("san-auto-pause")
def long_drive(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    box(c, 0, 520, 1280, 170, street.ASPHALT)
    box(c, 0, 530, 1280, 6, street.LINE)
    box(c, 0, 676, 1280, 6, street.LINE)

    def draw(c, t):
        gone = 620 * t
        for k in range(5):
            street.tree(c, 1500 - (gone * 0.6 + k * 360) % 1800, 478, 210)
        _rail(c, gone)
        for k in range(6):
            box(c, 1400 - (gone + k * 270) % 1620, 584, 120, 7, street.LINE)
        with at(c, 620, 650 + 1.2 * sin(t * 9), 1.55):
            side.car(c, "#2D8C8C", gone / 1.55, driver=MUM, passenger=LINA)
            box(c, -120, -184, 190, 34, "#2B303A", 14)
            for x in (-96, 40):
                box(c, x, -154, 8, 8, "#9AA3AD")
        with at(c, 640, 170):
            things.clock(c, 8 + t * 0.8, 104)

    return draw


def _rail(c, gone):
    """The rail along a motorway, that goes by."""
    for k in range(10):
        box(c, 1320 - (gone + k * 145) % 1450, 486, 12, 34, "#8D949C")
    box(c, 0, 482, 1280, 14, "#C9CED3")
    box(c, 0, 487, 1280, 4, "#9AA3AD")
