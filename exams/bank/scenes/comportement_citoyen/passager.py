"""Scenes of « comportement citoyen »: passengers."""

from math import sin

from exams.bank.scenes.kit import civic, side, street
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ink import BLUE, RED, at, box, disc, limb, shade
from exams.bank.scenes.kit.motion import Curve, ease
from exams.bank.scenes.kit.people import AWA, DAD, LINA, MUM, OLD, SAMI, TOM, facing
from exams.bank.scenes.registry import scene


@scene("cit-passager-tram")
def tram_doors(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=1)
    box(c, 0, street.FRONT, 1280, 190, "#7D8590")
    box(c, 0, 560, 1280, 160, street.PAVING)
    box(c, 0, 560, 1280, 14, "#F4F3EC")
    box(c, 0, 574, 1280, 10, "#B5AEA1")
    tram, doors = Curve((0, -620), (2.6, 640), end=0), Curve((3, 0), (4.4, 1), end=0)
    riders = ((OLD | {"bag": None}, -50), (MUM | {"bag": None}, 48))
    kenji = SAMI | {"hair": "#1D1512", "cut": "short", "skin": "#E9B48E", "bag": "#D8412F", "top": "#2D8C8C"}
    come = Curve((3.6, 1000), (6.4, 860), end=0)

    def draw(c, t):
        with at(c, tram(t), 566, 1.12):
            civic.tram_side(c, riders, doors(t))
        with at(c, 250, 690, 1.2):
            facing(c, AWA, back=True)
        walk(c, kenji, come, t, 690, 1.35, left=True)

    return draw


@scene("cit-passager-canette")
def can_out_of_window(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.road(c, pavements=False, two_ways=False)
    box(c, 0, 516, 1280, 5, street.LINE)
    out = Curve((2.2, 0), (3.6, 1), (8, 1), end=0)
    moped = Curve((0, -60), (4, 215), (8, 235), end=0)
    stage.camera = lambda t: (640 - 30 * ease(t, 1.2, 2.6), 360 + 120 * ease(t, 1.2, 2.6), 1 + 0.4 * ease(t, 1.2, 2.6))
    lucie = LINA | {"top": "#F0B63F"}

    def draw(c, t):
        for k in range(4):
            x = (k * 430 - 620 * t) % 1720 - 200
            street.tree(c, x, 486, 250 + 40 * (k % 2))
        for k in range(5):
            x = (k * 330 - 1100 * t) % 1650 - 200
            box(c, x, 585, 120, 7, street.LINE)
        with at(c, moped(t), 660, 1.15):
            side.moped(c, TOM | {"helmet": RED, "full_face": True}, t * 600)
        with at(c, 780, 664 + 1.5 * sin(t * 9), 1.85):
            side.car(c, BLUE, t * 700, driver=DAD, passenger=lucie)
            _arm_with_can(c, lucie, out(t))

    return draw


def _arm_with_can(c, look, out):
    """An arm that comes out of the rear window of the car, holding a can."""
    x, y = -96 - 34 * out, -112 + 8 * out
    limb(c, shade(look.top, -0.1), 13, (-86, -98), ((x - 86) / 2 + 4, -104), (x + 10, y + 2))
    limb(c, look.skin, 9, (x + 12, y + 2), (x, y))
    with at(c, x - 4, y - 4, turn=-18 * out):
        box(c, -6, -15, 13, 24, "#C9CED3", 3)
        box(c, -6, -12, 13, 18, RED, 1)
        disc(c, 0.5, -3, 3.5, "#FFFFFF")
    disc(c, x, y, 6, look.skin)
