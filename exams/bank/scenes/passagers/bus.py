"""Scenes of « passagers »: buses, coaches and mopeds."""

import skia

from exams.bank.scenes.kit import side, street, weather
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
    street.tree(c, 1230, 440, 240)
    street.road(c, pavements=False)
    pupils = ((LEO, -460), (AWA, -322), (SAMI, -184), (LINA, -46), (TOM, 92))

    def draw(c, t):
        thick = ease(t, 0, 5)
        for x, rise, drift in ((60, 260, -40), (100, 230, 40), (150, 200, 20)):
            weather.smoke(c, x, 350, t + x, "#4A4F57", rise=rise * thick, drift=drift, puffs=8)
        with at(c, 590, street.NEAR_LANE + 6, 1.05):
            side.bus(c, "#F4BE3B", driver=OLD, doors=ease(t, 1.6, 3))
            for look, x in pupils:
                _behind_the_pane(c, look, x, t)
            for x, rise in ((-500, 90), (-420, 70), (-340, 60)):
                weather.smoke(c, x, -190, t + x, "#6B7078", rise=rise, drift=60 * thick, puffs=round(6 * thick))
            c.save()
            c.clipRect(skia.Rect.MakeLTRB(344, -286, 444, -36))
            with at(c, 394 + 30 * (1 - ease(t, 4, 5.6)), -52):
                if t > 4:
                    person(c, MUM | {"top": RED, "height": 150, "bag": "#3C6E71"}, STAND | {"nod": wave(t, 3, -6, 8)})
            c.restore()

    return draw


def _behind_the_pane(c, look, x, t):
    """A pupil behind a window of the coach, from the shoulders up."""
    c.save()
    c.clipRect(skia.Rect.MakeLTRB(x - 60, -276, x + 64, -160))
    with at(c, x, -88):
        person(c, look | {"bag": None}, STAND | {"nod": wave(t + x, 2, -10, 10)})
    c.restore()
