"""Scenes of « premiers secours »."""

from math import pi, sin

from exams.bank.scenes.kit import side, signs, street, things
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, limb, oval, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, around, blink, ease
from exams.bank.scenes.kit.people import AWA, CALL, KNEEL, LEO, LINA, MUM, OLD, PHONE_UP, SAMI, SIT, TOM, lying, person
from exams.bank.scenes.registry import scene


@scene("sec-appel")
def emergency_call(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=1)
    street.road(c)
    box(c, 250, 150, 190, 60, "#1F4E8C", 6)
    trace(c, "M256 156 H434 V204 H256 Z", "#3FA06B", 4)
    text(c, "RUE DES LILAS", 345, 188, 21, WHITE)
    with at(c, 740, 640, 1.3):
        _lying_down(c, side.bicycle, "#E9783F")
    girl = LINA | {"helmet": BLUE, "bag": None, "top": "#E9783F"}
    typed = ("", "1", "11", "112")

    def draw(c, t):
        on = blink(t)
        with at(c, 1110, street.NEAR_LANE - 60, 1.0, flip=True):
            side.car(c, TEAL, hazard=on)
        with at(c, 560, 520, 1.3):
            hold = SIT | {
                "hip": (0, -20),
                "lean": 14,
                "nod": 12,
                "feet": ((62, 0), (44, 0)),
                "hands": ((34, -34), (32, -34)),
                "knee": 1,
            }
            person(c, girl, hold)
        raise_phone = ease(t, 0.8, 1.8)
        with at(c, 345, 486, 1.4):
            hand = (8 + 14 * raise_phone, -84 - 34 * raise_phone)
            person(c, AWA | {"bag": "#7A5AA8"}, PHONE_UP | {"nod": 22 * raise_phone, "hands": (hand, None)})
            with at(c, hand[0] + 6, hand[1] - 10, 0.13, turn=-14):
                things.phone(c)
        grown = ease(t, 2, 2.6)
        if grown:
            with at(c, 120, 210, 1.25 * grown):
                things.phone(c, things.dialled(typed[min(3, max(0, int((t - 2.6) / 0.9)))]))

    return draw


def _lying_down(c, sprite, *colours):
    """A two-wheeler on its side on the ground around the origin."""
    oval(c, 0, -16, 210, 40, "#10182838")
    c.save()
    c.rotate(-9)
    c.scale(1, 0.42)
    sprite(c, *colours)
    c.restore()


@scene("sec-arrivee-accident")
def first_on_scene(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.tree(c, 1180, 440, 260)
    street.tree(c, 420, 440, 220)
    street.road(c, pavements=False)
    shape(c, "M690 500 Q840 452 960 396 Q1120 330 1300 400 L1300 500 Z", "#6E9850")
    shape(c, "M690 500 Q900 470 1040 440 Q1180 420 1300 440 L1300 500 Z", "#7FA65C")
    hurt = OLD | {"top": "#7A5AA8", "hair": "#5B3A26"}
    car = Curve((0, -420), (3.4, 210), end=0)
    out_boy, out_mum = Curve((4.4, 330), (5.8, 400), end=0), Curve((4.2, 150), (5.4, 90), end=0)

    def draw(c, t):
        on = blink(t)
        with at(c, 860, 516, 1.05, turn=-11):
            side.car(c, "#8E98A3", hazard=on)
        with at(c, 1190, 478, 1.25, flip=True):
            person(
                c,
                hurt,
                SIT
                | {"hip": (0, -16), "lean": -6, "nod": 18, "feet": ((60, 0), (54, 0)), "hands": ((14, -52), (12, -54))},
            )
        ride(
            c,
            side.car,
            car,
            t,
            street.NEAR_LANE + 8,
            1.1,
            colour=RED,
            driver=MUM if t < 4.2 else None,
            passenger=LEO | {"bag": None} if t < 4.4 else None,
            hazard=t > 3.4 and on,
        )
        if t > 4.4:
            walk(c, LEO | {"bag": None}, out_boy, t, 710, 1.3)
        if t > 4.2:
            walk(c, MUM, out_mum, t, 706, 1.3, left=False)
        for k in range(3):
            shown = ease(t, 5 + k * 0.3, 5.5 + k * 0.3)
            if shown:
                x, y = around(250, 190, 128, (t - 5) * 0.8 + k * 2 * pi / 3 - pi / 2)
                with at(c, x, y * 0.8 + 40, 0.95 * shown):
                    things.badge(c, _ICONS[k], 74)

    return draw


def _triangle(c):
    with at(c, 0, 34, 1.7):
        signs.warning_triangle(c)


def _telephone(c):
    with at(c, 0, 0, 0.44):
        things.phone(c, things.dialled(""))


def _kit(c):
    with at(c, 0, 4, 0.6):
        things.first_aid_kit(c)


_ICONS = (_triangle, _telephone, _kit)


@scene("sec-casque-victime")
def helmet_on(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=5)
    street.road(c)
    with at(c, 1020, 610, 1.5):
        _lying_down(c, side.moped_alone)
    victim = TOM | {"helmet": "#D8412F", "full_face": True, "top": "#3A414D"}
    maelle = LINA | {"top": "#F4BE3B", "bag": None}
    come = Curve((0, 330), (2.2, 470), end=0)

    def draw(c, t):
        on = blink(t)
        with at(c, 130, street.NEAR_LANE, 1.1):
            side.car(c, TEAL, hazard=on)
        with at(c, 1120, 480, 1.3, flip=True):
            thumb = ease(t, 5, 5.6)
            person(c, SAMI, CALL | {"hands": ((8, -150), (26 * thumb + 2, -84 - 26 * thumb))})
            with at(c, 12, -150, 0.1, turn=8):
                things.phone(c)
            if thumb:
                limb(c, SAMI.skin, 5, (28 * thumb, -112 * thumb - 6), (28 * thumb, -124 * thumb - 6))
        with at(c, 700, 664, 1.65):
            oval(c, 0, 0, 210, 16, "#10182838")
            lying(c, victim, asleep=False, mouth=0.5 * max(0, sin(t * 6)))
            with at(c, -74, -16):
                box(c, -14, -12, 3, 4, WHITE, 1)
        if t < 2.2:
            walk(c, maelle, come, t, 640, 1.6)
        else:
            down = ease(t, 2.2, 3.2)
            pose = KNEEL | {
                "hip": (-12 * down, -86 + 42 * down),
                "lean": 24 * down,
                "nod": 14 * down,
                "feet": ((-30 * down, 0), (10 * down, 0)),
                "hands": ((30 * down + 4, -40 - 30 * (1 - down)), (26, -44 - 30 * (1 - down))),
            }
            with at(c, 470, 640, 1.6):
                person(c, maelle, pose, mouth=0.5 * max(0, sin(t * 5 + 2)))

    return draw
