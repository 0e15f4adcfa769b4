"""Scenes of « circulation »: people on foot, where they walk and cross."""

from exams.bank.scenes.kit import above, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import drive, pedal, ride, slowing, stroll, walk
from exams.bank.scenes.kit.ahead import car_from
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, YELLOW, at, box, disc, limb, polygon, text, trace
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
from exams.bank.scenes.kit.people import above as seen_from_above
from exams.bank.scenes.kit.plan import LANE, P
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("circ-pieton-bord-route")
def country_road(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    for x, high in ((120, 240), (420, 200), (1150, 260)):
        street.tree(c, x, 440, high)
    street.road(c, pavements=False)
    nina = LINA | {"bag": "#E9783F"}
    x, red, blue = Curve((0, -60), (5.2, 560), end=0), Curve((2.4, 1500), (7, -400)), Curve((0, -300), (4.4, 1600))

    def draw(c, t):
        ride(c, side.car, red, t, street.FAR_LANE - 8, 0.95, left=True, colour=RED, driver=DAD)
        ride(c, side.car, blue, t, street.NEAR_LANE - 6, 1.05, colour=BLUE, driver=MUM)
        hold = {"nod": wave(t, 2.4, -8, 8)} if t > 5.2 else None
        walk(c, nina, x, t, 712, 1.25, hold=hold, left=t > 6.4)

    return draw


@scene("circ-pieton-nuit-groupe")
def walking_at_night(stage):
    c = stage.back
    street.sky(c, "night")
    street.hills(c, "#25403A")
    street.road(c, pavements=False)
    weather.darkness(c, 0.45)
    ismael = SAMI | {"top": "#2A2F38", "bottom": "#20242C", "bag": "#262B34"}
    x, car = Curve((0, 760), (8, 960)), Curve((1.6, -500), (6.6, 700), end=120)

    def draw(c, t):
        near = ease(t, 3.6, 5.6)
        c.saveLayerAlpha(None, round(70 + 185 * near))
        walk(c, ismael, x, t, 704, 1.45)
        c.restore()
        if t > 1.6:
            ride(c, side.car, car, t, street.NEAR_LANE, 1.15, colour="#4C6FBF", driver=DAD, beam=True)

    return draw


@scene("circ-pieton-refuge")
def refuge(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 360 H1290", width=4 * LANE - 160, pavement=70)
    plan.line(c, "M0 360 H560 M760 360 H1280", 8)
    plan.zebra(c, 660, 360, 4 * LANE - 160, 130)
    box(c, 560, 330, 200, 60, "#B5AEA1", 30)
    box(c, 568, 338, 184, 44, plan.PAVING, 22)
    for x in (590, 730):
        with at(c, x, 356, 0.34):
            signs.pole(c, signs.keep_turning, height=90)
    for x in (120, 380, 960, 1180):
        plan.tree(c, x, 690)
        plan.tree(c, x, 30)
    way, car = Route("M660 660 V356"), Route("M1400 250 H-200")
    step, come = Curve((0.4, 0), (4.6, 1), end=0), Curve((1.5, 0), (6.6, 0.34), end=0.02)
    other, gone = Route("M-200 470 H1500"), Curve((5.4, 0), (8, 0.42), end=0.03)

    def draw(c, t):
        drive(c, above.car, car, come, t, colour=RED, brake=slowing(come, t))
        if t > 5.4:
            drive(c, above.car, other, gone, t, colour=TEAL, brake=slowing(gone, t))
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
def between_parked_cars(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 300 H1290", width=2 * LANE + 110, pavement=70)
    plan.dashes(c, "M0 250 H1280")
    plan.line(c, "M0 390 H1280", 4)
    for k, (x, colour) in enumerate(((130, BLUE), (390, "#E9E6DC"), (850, "#4C8C7A"), (1110, YELLOW))):
        with at(c, x, 440, P):
            above.car(c, colour, aboard=(MUM,) if k == 2 else ())
    for x in (60, 330, 700, 1000, 1220):
        plan.tree(c, x, 660)
    way, car = Route("M560 660 V620 Q600 600 620 560 V440"), Route("M-250 320 H1500")
    step, come = Curve((0.2, 0), (4.6, 1), end=0), Curve((1.8, 0), (8, 0.44), end=0.05)
    jules = LEO | {"bag": None}

    def draw(c, t):
        drive(c, above.car, car, come, t, colour=RED)
        stroll(c, jules, way, step, t)

    return draw


@scene("circ-pieton-travaux")
def pavement_closed(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 330 H1290", pavement=100)
    plan.dashes(c, "M0 330 H1280")
    plan.zebra(c, 520, 330, 2 * LANE)
    for k in range(7):
        box(c, 466 + 4, 206 + k * 38, 100, 8, "#F4BE3B")
    for x in (40, 300, 700, 980):
        plan.flat_roof(c, x, -70, 220, 140)
    box(c, 690, 480, 420, 76, "#8A6E4F", 10)
    for k in range(12):
        disc(c, 720 + k * 34, 500 + k % 3 * 20, 9, "#6E5538")
    with at(c, 960, 520, 0.5):
        box(c, -90, -60, 150, 120, YELLOW, 16)
        box(c, -60, -40, 80, 80, "#3B4A5E", 8)
        limb(c, "#C98F1E", 22, (40, 0), (150, -30), (210, 20))
    for x in (672, 672 + 450):
        for k in range(4):
            box(c, x - 7, 470 + k * 24, 14, 24, (RED, WHITE)[k % 2], 3)
    plan.sign_from_above(c, signs.roadworks, 610, 620, 1.1)
    way, car = Route("M60 516 H600"), Route("M1500 262 H-300")
    step, come = Curve((0, 0), (4.8, 1), end=0), Curve((1, 0), (5.5, 1))

    def draw(c, t):
        drive(c, above.car, car, come, t, colour=TEAL)
        stroll(c, LINA | {"bag": RED}, way, step, t)
        if t > 5 and blink(t, 1.2):
            trace(c, "M600 470 Q560 440 540 410", "#F4BE3B", 9)
            polygon(c, "#F4BE3B", (526, 424), (556, 412), (530, 390))

    return draw


@scene("circ-pieton-piste-arret")
def cycle_track_to_cross(stage):
    c = stage.back
    plan.ground(c, plan.PAVING)
    plan.roads(c, "M-10 180 H1290", pavement=0)
    plan.dashes(c, "M0 180 H1280")
    box(c, 0, 316, 1280, 90, plan.PAVING)
    plan.cycle_lane(c, "M-10 450 H1290", 92)
    plan.bike_mark(c, 240, 450, 0.9)
    plan.bike_mark(c, 1060, 450, 0.9)
    box(c, 700, 326, 260, 56, "#2F4858", 8)
    box(c, 708, 334, 244, 30, "#CFE6EE", 5)
    text(c, "BUS", 830, 306, 30, WHITE)
    for x in (100, 420, 1150):
        plan.tree(c, x, 640)
    way, track = Route("M640 700 V530"), Route("M-200 450 H1500")
    step, roll = Curve((0.3, 0), (3.6, 1), end=0), Curve((0.6, 0), (8, 0.98))

    def draw(c, t):
        pedal(c, above.cyclist, TOM | HELMET, track, roll, t)
        x, y, heading = way(step(t))
        stride = min(1.0, abs(step.speed(t)) * way.length / 60)
        with at(c, x, y, 0.9, heading):
            seen_from_above(c, AWA | {"bag": "#7A5AA8"}, step(t) * 4, stride)

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
        c.clipRect((540, street.FRONT - 150, 800, street.FRONT + 20))
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
