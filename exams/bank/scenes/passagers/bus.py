"""Scenes of « passagers »: buses, coaches and mopeds."""

from exams.bank.scenes.kit import side, street, weather
from exams.bank.scenes.kit.actors import walk
from exams.bank.scenes.kit.ink import RED, at, box, limb
from exams.bank.scenes.kit.motion import Curve, ease, wave
from exams.bank.scenes.kit.people import (
    AWA,
    DAD,
    LEO,
    LINA,
    MUM,
    OLD,
    SAMI,
    SIT,
    STAND,
    TOM,
    person,
    stride_length,
    walking,
)
from exams.bank.scenes.registry import scene

MOTO = {"full_face": True, "gloves": "#2A2F38"}


@scene("pas-bus-debout")
def standing_in_a_bus(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#DDE3E6")
    for k in range(4):
        box(c, 40 + k * 310, 110, 270, 220, "#BFE1F2", 16)
        box(c, 40 + k * 310, 250, 270, 80, "#93B86F", 10)
    box(c, 0, 640, 1280, 80, "#5B6472")
    box(c, 0, 60, 1280, 14, "#F4BE3B", 7)
    people = ((OLD, 150), (MUM, 360), (DAD, 960), (SAMI, 1150))
    nour, x = LINA | {"bag": "#7A5AA8"}, Curve((0.3, -80), (4.6, 640), end=0)

    def draw(c, t):
        shift = ((t - 5) * 130) % 310
        for k in range(-1, 5):
            street.tree(c, 275 + k * 310 - (shift if t > 5 else 0), 320, 120)
        for k in range(3):
            box(c, 318 + k * 310, 100, 24, 250, "#DDE3E6")
        for look, px in people:
            with at(c, px, 650, 2.1):
                side.seat(c, "#2F6FB3")
                person(c, look | {"bag": None}, SIT | {"nod": wave(t + px, 4, -4, 6)})
        for bx in (560, 740):
            limb(c, "#F4BE3B", 12, (bx, 66), (bx, 650))
        sway = 4 * ease(t, 5, 5.4) * wave(t, 1.2)
        with at(c, x(t), 660, 1.9, turn=sway):
            if t < 4.6:
                phase = x(t) / 1.9 / stride_length(nour.height)
                person(c, nour, walking(phase, min(1, abs(x.speed(t)) / 140)))
            else:
                person(c, nour, STAND | {"nod": wave(t, 2.4, -10, 10)})

    return draw


@scene("pas-cyclo-passager")
def behind_on_a_moped(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=6)
    street.road(c)
    robin, anouk = TOM | MOTO | {"helmet": "#2F6FB3"}, LINA | MOTO | {"helmet": RED, "bag": None}
    x = Curve((4.6, 520), (9, 1300), start=0)

    def draw(c, t):
        hold = ease(t, 1.4, 2.6)
        pose = side.on_moped(back=True) | {
            "hands": ((-40 + 22 * hold, -92 - 14 * hold), (-38 + 22 * hold, -92 - 12 * hold))
        }
        with at(c, x(t), street.NEAR_LANE + 16, 1.8):
            side.moped_alone(c, "#3C6E71", x(t) / 1.8, beam=t > 4.2)
            person(c, anouk, pose)
            person(c, robin, side.on_moped())

    return draw


@scene("pas-car-incendie")
def smoke_in_the_coach(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.tree(c, 1200, 440, 240)
    street.road(c, pavements=False)
    pupils = ((LEO, 4.2), (AWA, 5.2), (LINA, 6.2))

    def draw(c, t):
        weather.smoke(c, 110, 430, t, "#4A4F57", rise=260, drift=-40, puffs=7)
        weather.smoke(c, 150, 400, t + 0.4, "#6B7078", rise=220, drift=30, puffs=6)
        with at(c, 560, street.NEAR_LANE, 0.82):
            side.bus(c, "#F4BE3B", driver=OLD, doors=ease(t, 1.6, 3))
        for look, late in pupils:
            if t > late:
                walk(c, look, Curve((late, 935), (late + 4, 1240)), t, 706, 1.2)

    return draw
