"""Scenes of « santé et conduites à risque » : dares, races and bad habits."""

from math import sin

from exams.bank.scenes.kit import side, street, things
from exams.bank.scenes.kit.actors import ride
from exams.bank.scenes.kit.ink import (
    BLUE,
    RED,
    TEAL,
    at,
    box,
)
from exams.bank.scenes.kit.motion import Curve, ease
from exams.bank.scenes.kit.people import AWA, DAD, LEO, MUM, PHONE_UP, SAMI, STAND, TOM, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("san-velo-defi")
def wheelie_dare(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=4)
    street.road(c)
    axel = TOM | HELMET | {"top": "#6BA368"}
    friends = ((LEO, 110), (AWA, 230), (SAMI, 350))
    near = [(Curve((0.2, -320), (3.4, 1600)), RED), (Curve((4.4, -320), (7.6, 1600)), "#F4BE3B")]
    far = [(Curve((1.4, 1600), (5, -320)), TEAL)]

    def draw(c, t):
        for x, colour in far:
            ride(c, side.car, x, t, street.FAR_LANE - 6, 0.95, left=True, colour=colour, driver=DAD)
        for x, colour in near:
            ride(c, side.car, x, t, street.NEAR_LANE - 20, 1.05, colour=colour, driver=MUM)
        box(c, 0, 664, 1280, 60, street.PAVING)
        box(c, 0, 660, 1280, 9, "#B8B0A2")
        for k, (look, x) in enumerate(friends):
            bob = 6 * abs(sin(t * 3 + k))
            with at(c, x, 712 - bob, 1.6):
                if k == 1:
                    person(c, look, PHONE_UP | {"nod": 4, "hands": ((34, -128), None)})
                    with at(c, 40, -136, 0.13, turn=4):
                        things.phone(c)
                else:
                    point = (46, -122 + 6 * sin(t * 4 + k))
                    person(c, look, STAND | {"hands": (point, None)}, mouth=0.6 * abs(sin(t * 5 + k)))
        with at(c, 760, 712, 1.6, flip=t < 4.2):
            nod = -10 if t < 4.2 else -4
            side.cyclist(c, axel, 60, stopped=True, bike="#3A6FB0", pose=side.foot_down() | {"nod": nod})
        grown = ease(t, 1.2, 2)
        if grown:
            with at(c, 1070, 210, grown):
                street.bubble(c, 0, 0, 340, 300, -90)
                with at(c, -40, 110, 1.15, turn=-36), at(c, 50, 0):
                    side.bicycle(c, "#3A6FB0", t * 200)
                    person(c, axel, side.pedalling(1.4) | {"lean": 8})

    return draw
