"""Scenes of « santé et conduites à risque » : sleep and tiredness."""

from math import sin

from exams.bank.scenes.kit import side, street, things, weather
from exams.bank.scenes.kit.actors import ride
from exams.bank.scenes.kit.ink import (
    BLUE,
    TEAL,
    at,
)
from exams.bank.scenes.kit.motion import Curve, blink, during, ease
from exams.bank.scenes.kit.people import DAD, LINA, STAND, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("san-velo-sommeil")
def sleepy_rider(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, 380, seed=0)
    street.house(c, 60, 330)
    street.fronts(c, 1300, 520, seed=3)
    street.tree(c, 460, 460, 260)
    street.road(c)
    romane = LINA | {"tired": True, "bag": "#7A5AA8", "top": "#E58AA0"}
    x = Curve((4.4, 300), (8, 630), start=60)

    def draw(c, t):
        with at(c, 1180, street.NEAR_LANE - 10, 0.92):
            side.truck(c, driver=DAD, right=t > 5 and blink(t, 0.7), brake=t > 5)
        if t < 4.4:
            with at(c, 350, 650, 1.45):
                side.bicycle(c, TEAL)
            yawn = during(t, 2.5, 4.2, 0.4)
            rub = 5 * sin(t * 12) * yawn
            with at(c, 268, 658, 1.45):
                person(
                    c,
                    romane,
                    STAND
                    | {"hands": ((16 * yawn + 6, -92 - 56 * yawn + rub), (46, -100)), "nod": -10 * yawn, "elbow": 1},
                    blink=yawn > 0.5,
                    mouth=yawn,
                )
        else:
            ride(c, side.cyclist, x, t, 654, 1.45, look=romane | HELMET, bike=TEAL)
        if t < 2.4:
            fading = 1 - ease(t, 2, 2.4)
            weather.darkness(c, 0.75 * fading)
            c.saveLayerAlpha(None, round(255 * fading))
            with at(c, 640, 360, 1.7):
                things.alarm_clock(c, "2:00" if t < 1.1 else "7:00")
            c.restore()

    return draw
