"""Scenes of « comportement citoyen »: people on foot."""

from math import sin

from exams.bank.scenes.kit import side, signs, street
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ink import RED, TEAL, WHITE, at, limb
from exams.bank.scenes.kit.motion import Curve, wave
from exams.bank.scenes.kit.people import DAD, MUM, SAMI, facing
from exams.bank.scenes.registry import scene


@scene("cit-canne-blanche")
def white_cane(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    street.zebra(c, 700)
    with at(c, 930, 470, 1.2):
        signs.pole(c, signs.crossing)
    street.lamp_post(c, 120, street.WALK)
    blind = DAD | {"dark_glasses": True, "top": "#8C7A5B", "hair": "#8D8D8A"}
    arrive, follow = Curve((0, 620), (2.4, 770), end=0), Curve((0, 60), (6.4, 520), (7.2, 545), end=0)
    cars = [(Curve((0.2, -300), (4.2, 1600)), TEAL), (Curve((4, -300), (8, 1600)), "#F4BE3B")]
    back = Curve((1, 1600), (5.6, -400))

    def draw(c, t):
        walk(c, SAMI | {"bag": "#3C6E71"}, follow, t, street.WALK, 1.25)
        if t < 2.4:
            walk(c, blind, arrive, t, street.WALK, 1.25, hold={"hands": ((24, -84), None)})
            _cane(c, arrive(t) + 30, 24 * sin(t * 6))
        else:
            gaze = wave(t - 2.4, 2.4)
            with at(c, 770, street.WALK, 1.25):
                facing(c, blind, gaze=gaze, hands={1: (26, -86)})
            _cane(c, 803, 10 * sin(t * 3))
        ride(c, side.car, back, t, street.FAR_LANE, 1.0, left=True, colour=RED, driver=MUM)
        for x, colour in cars:
            ride(c, side.car, x, t, street.NEAR_LANE + 4, 1.1, colour=colour, driver=DAD)

    return draw


def _cane(c, x, swing):
    """A white cane from a hand above x to the ground, its tip swung sideways."""
    limb(c, "#8D949C", 7, (x, street.WALK - 106), (x + 26 + swing, street.WALK + 2))
    limb(c, WHITE, 5, (x, street.WALK - 106), (x + 26 + swing, street.WALK + 2))
    limb(c, RED, 5, (x + 22 + swing * 0.85, street.WALK - 14), (x + 26 + swing, street.WALK + 2))
