"""Scenes of « circulation »: people on foot, where they walk and cross."""

import skia

from exams.bank.scenes.kit import above, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import drive, pedal, ride, slowing, stroll, walk
from exams.bank.scenes.kit.ahead import car_from
from exams.bank.scenes.kit.close_up import close_up
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, YELLOW, at, box, disc, limb, polygon, text
from exams.bank.scenes.kit.motion import Curve, Route, blink, ease, wave
from exams.bank.scenes.kit.people import (
    AWA,
    DAD,
    LEO,
    LINA,
    MUM,
    SAMI,
    TOM,
)
from exams.bank.scenes.kit.plan import LANE, P
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("circ-pieton-bord-route")
@close_up(540, 400, 1.3)
def country_road(stage):
    c = stage.back
    plan.ground(c)
    plan.line(c, "M420 730 V420", 64, "#CDB98F")
    plan.roads(c, "M-10 350 H1290", width=210, pavement=0)
    plan.dashes(c, "M0 350 H1280", 44, 40, 5)
    for x, y in ((110, 190), (300, 170), (620, 200), (860, 170), (220, 560), (820, 600), (980, 540)):
        plan.tree(c, x, y, 0.34)
    box(c, 516, 566, 8, 70, "#7A5A40")
    box(c, 480, 540, 150, 44, "#F6EEDD", 6)
    polygon(c, "#F6EEDD", (624, 534), (664, 562), (624, 590))
    text(c, "VILLAGE", 556, 572, 30)
    nina, left, right = Route("M420 690 V492"), Route("M1400 298 H-300"), Route("M-300 402 H1400")
    step, red, blue = Curve((0, 0), (4.8, 1), end=0), Curve((0.4, 0.1), (5, 1)), Curve((2.6, 0), (8, 0.9))
    stage.freeze = 7.4

    def draw(c, t):
        drive(c, above.car, left, red, t, colour=RED)
        drive(c, above.car, right, blue, t, colour=BLUE)
        stroll(c, LINA | {"bag": "#E9783F"}, nina, step, t)

    return draw


@scene("circ-pieton-nuit-visible")
def walking_at_night(stage):
    c = stage.back
    street.sky(c, "night")
    street.hills(c, "#25403A")
    street.road(c, pavements=False)
    weather.darkness(c, 0.45)
    ismael = SAMI | {"top": "#2A2F38", "bottom": "#20242C", "bag": "#262B34", "shoes": "#15181F"}
    x, car = Curve((0, 240), (8, 560)), Curve((1.6, 1900), (7.2, 900), end=-150)
    stage.freeze = 7.2

    def draw(c, t):
        c.saveLayerAlpha(None, round(110 + 145 * ease(t, 4.4, 6.4)))
        walk(c, ismael, x, t, 506, 1.5)
        c.restore()
        ride(c, side.car, car, t, street.FAR_LANE + 6, 1.15, left=True, colour="#4C6FBF", driver=DAD, beam=True)

    return draw


@scene("circ-pieton-refuge")
@close_up(660, 400, 1.5)
def refuge(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 360 H1290", width=4 * LANE - 160, pavement=70)
    plan.line(c, "M0 360 H570 M750 360 H1280", 8)
    plan.zebra(c, 660, 360, 4 * LANE - 160, 130)
    box(c, 565, 326, 190, 68, "#B5AEA1", 30)
    box(c, 573, 334, 174, 52, plan.PAVING, 22)
    for x in (340, 960):
        plan.tree(c, x, 690)
    way, come = Route("M660 596 V362"), Route("M1500 264 H-200")
    step, car = Curve((0.6, 0), (5.4, 1), end=0), Curve((0.5, 0), (6, 0.29))
    stage.freeze = 6

    def draw(c, t):
        drive(c, above.car, come, car, t, colour=RED)
        with at(c, 460, 456, P):
            above.car(c, TEAL, brake=True)
        stroll(c, SAMI, way, step, t)

    return draw


@scene("circ-pieton-bouton")
def call_button(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=2)
    street.road(c)
    street.zebra(c, 700, 220)
    with at(c, 1010, 486, 0.9):
        box(c, -4, -170, 8, 170, "#4A515C", 3)
        with at(c, 0, -200, 1.2):
            signs.walk_light(c, green=False)
    box(c, 560, 470, 12, 240, "#4A515C", 4)
    farah = LINA | {"top": "#D8557A", "bag": "#3C6E71"}
    x = Curve((0, 120), (3, 470), end=0)

    def draw(c, t):
        press = ease(t, 3.1, 3.8) - ease(t, 4.3, 5)
        with at(c, 566, 560):
            box(c, -26, -42, 52, 84, "#F4BE3B", 8)
            disc(c, 0, 14, 15, RED if t > 3.8 else "#8E2A22")
            box(c, -18, -32, 36, 16, "#FFF3C4" if t > 3.8 else "#3A414D", 4)
        hold = {"hands": ((8 + 42 * press, -92 - 14 * press), None), "nod": wave(t, 3, -6, 6)} if t > 3 else None
        walk(c, farah, x, t, 706, 1.5, hold=hold)

    return draw


@scene("circ-pieton-stationnees")
@close_up(620, 430, 1.5)
def between_parked_cars(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 300 H1290", width=2 * LANE + 110, pavement=100)
    plan.dashes(c, "M0 250 H1280")
    plan.line(c, "M0 390 H1280", 4)
    for x, colour, who in ((240, BLUE, ()), (480, "#E9E6DC", ()), (770, "#4C8C7A", (MUM,)), (1010, YELLOW, ())):
        with at(c, x, 442, P):
            above.car(c, colour, aboard=who)
    for x in (330, 900):
        plan.tree(c, x, 640, 0.3)
    way, come = Route("M480 566 Q600 566 624 530 V458"), Route("M-250 320 H1500")
    step, car = Curve((0.2, 0), (5.6, 1)), Curve((1, 0), (5.8, 0.34))
    stage.freeze = 5.6

    def draw(c, t):
        drive(c, above.car, come, car, t, colour=RED)
        stroll(c, LEO | {"bag": None}, way, step, t, 0.7)

    return draw


@scene("circ-pieton-travaux")
@close_up(560, 400, 1.3)
def pavement_closed(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", pavement=100)
    plan.dashes(c, "M0 330 H1280")
    box(c, 440, 200, 110, 260, plan.ASPHALT)
    for k in range(6):
        box(c, 440, 208 + k * 44, 110, 22, "#F4BE3B")
    for x in (40, 300, 700, 980):
        plan.flat_roof(c, x, 20, 220, 70)
    _works(c)
    way, come = Route("M60 516 H585"), Route("M1500 262 H-300")
    step, car = Curve((0, 0), (5.2, 1), end=0), Curve((1, 0), (6, 1))
    stage.freeze = 6.4

    def draw(c, t):
        drive(c, above.car, come, car, t, colour=TEAL)
        stroll(c, LINA | {"bag": RED}, way, step, t)

    return draw


def _works(c):
    """A pavement dug up behind barriers, and the sign that sends walkers across the road."""
    box(c, 690, 470, 420, 92, "#8A6E4F", 10)
    for k in range(12):
        disc(c, 720 + k * 34, 494 + k % 3 * 22, 9, "#6E5538")
    with at(c, 940, 516, 0.62):
        box(c, -90, -60, 150, 120, YELLOW, 16)
        box(c, -60, -40, 80, 80, "#3B4A5E", 8)
        limb(c, "#C98F1E", 22, (40, 0), (150, -30), (210, 20))
    for x in (662, 1112):
        for k in range(5):
            box(c, x - 9, 466 + k * 20, 18, 20, (RED, WHITE)[k % 2], 3)
    for x, deep in ((650, 8), (780, 8)):
        box(c, x, 640, deep, 40, "#8D949C")
    box(c, 618, 576, 200, 78, "#F4BE3B", 6)
    text(c, "PIÉTONS", 690, 608, 26)
    text(c, "EN FACE", 690, 640, 26)
    limb(c, "#1E2430", 8, (786, 640), (786, 606))
    polygon(c, "#1E2430", (770, 610), (802, 610), (786, 586))
    plan.sign_from_above(c, signs.roadworks, 570, 604)


@scene("circ-pieton-piste-arret")
@close_up(640, 430, 1.45)
def cycle_track_to_cross(stage):
    c = stage.back
    plan.ground(c, plan.PAVING)
    plan.roads(c, "M-10 180 H1290", pavement=0)
    plan.dashes(c, "M0 180 H1280")
    plan.cycle_lane(c, "M-10 450 H1290", 92)
    for x in (330, 960):
        plan.bike_mark(c, x, 450, 0.9)
    box(c, 700, 330, 260, 48, "#2F4858", 8)
    box(c, 708, 338, 244, 26, "#CFE6EE", 5)
    text(c, "ARRÊT DE BUS", 830, 396, 17, "#2F4858")
    for x in (300, 420, 900, 1020):
        plan.tree(c, x, 640, 0.3)
    way, track, lane = Route("M640 660 V532"), Route("M-200 450 H1500"), Route("M-400 256 H1200")
    step, roll, bus = Curve((0.3, 0), (5.4, 1), end=0), Curve((1.2, 0), (6, 0.39)), Curve((0, 0.1), (4.5, 0.72), end=0)
    stage.freeze = 6

    def draw(c, t):
        drive(c, above.bus, lane, bus, t, colour="#F2F0E8", brake=slowing(bus, t))
        pedal(c, above.cyclist, TOM | HELMET, track, roll, t)
        stroll(c, AWA | {"bag": "#7A5AA8"}, way, step, t)

    return draw


@scene("circ-pieton-garage")
def car_park_exit(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, 460, seed=1)
    street.front(c, 460, 420, 400, "#C9D3D0", floors=4, door=None)
    street.fronts(c, 1300, 880, seed=4)
    box(c, 540, street.FRONT - 150, 260, 150, "#20242C")
    street.road(c)
    noam = TOM | {"bag": "#3C6E71"}
    x, car = Curve((0, 120), (4.6, 450), end=0), Curve((3.6, 300), (7, 60), end=0)

    def draw(c, t):
        up = ease(t, 1.4, 4)
        c.save()
        c.clipRect(skia.Rect.MakeLTRB(540, street.FRONT - 150, 800, street.FRONT + 20))
        if t > 3.4:
            with at(c, 670, 442, 1.15 - car(t) / 900):
                car_from(c, "#4C6FBF", front=True, beam=True)
        c.restore()
        box(c, 540, street.FRONT - 150, 260, 150 * (1 - up) + 8, "#8D949C")
        for k in range(int(7 * (1 - up)) + 1):
            box(c, 540, street.FRONT - 150 + k * 20, 260, 3, "#6B7480")
        if blink(t, 0.7):
            weather.shine(c, 670, street.FRONT - 176, 90, "#FFA91FC0")
        disc(c, 670, street.FRONT - 176, 15, "#FFA91F" if blink(t, 0.7) else "#7A5A20")
        weather.waves(c, 670, street.FRONT - 176, t, turn=-90, spread=150, colour="#D8412F")
        walk(c, noam, x, t, 486, 1.15)

    return draw
