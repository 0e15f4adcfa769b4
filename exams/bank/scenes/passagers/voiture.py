"""Scenes of « passagers »: in a car, and getting out of it."""

from exams.bank.scenes.kit import above, plan, side, street
from exams.bank.scenes.kit.actors import drive, pedal, walk
from exams.bank.scenes.kit.ahead import View, dashboard, needle
from exams.bank.scenes.kit.close_up import close_up
from exams.bank.scenes.kit.ink import (
    BLUE,
    RED,
    TEAL,
    WHITE,
    YELLOW,
    at,
    box,
    disc,
    limb,
    oval,
    polygon,
    shade,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, Route, during, ease, wave
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LEO, LINA, SAMI, SIT, TOM, head_above, person, seated
from exams.bank.scenes.kit.people import above as seen_from_above
from exams.bank.scenes.kit.plan import P
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}


@scene("pas-ceinture-arriere")
def belt_in_the_back(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=1)
    street.road(c, two_ways=False)
    _open_car(c, 640, 660, 2.3, TEAL)
    amira = LINA | {"bag": None, "top": "#D8557A"}

    def draw(c, t):
        with at(c, 640, 660, 2.3):
            with at(c, 16, -14, 0.72):
                person(c, DAD, SIT | {"hands": ((42, -84), (40, -82)), "nod": wave(t, 4, -4, 4)})
                limb(c, "#2B2F38", 5, (-14, -98), (10, -52))
            limb(c, "#2B2F38", 4, (-127, -104), (-126, -66))
            box(c, -130, -70, 9, 13, "#C9CED3", 2)
            down, reach = ease(t, 0.4, 1.8), ease(t, 3, 4.6)
            with at(c, -100, -14 - 16 * (1 - down), 0.72):
                hand = (30 - 56 * reach, -62 - 14 * reach)
                person(c, amira, SIT | {"hands": (hand, (30, -60)), "nod": wave(t, 4, -6, 4)})

    return draw


def _open_car(c, x, y, scale, colour):
    """The open car of the kit without its booster: its back seat is empty."""
    with at(c, x, y, scale):
        side.open_car(c, colour)
        box(c, -118, -64, 58, 24, "#2B303A")
        with at(c, -100, -14, 0.72):
            side.seat(c, "#7C8693")
        box(c, -34, -143, 8, 109, shade(colour, -0.25))


@scene("pas-ceinture-mise")
def where_the_belt_goes(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#C7D0D6")
    box(c, 0, 560, 1280, 160, "#8D99A3")
    box(c, 200, 120, 420, 470, "#5B6270", 60)
    box(c, 270, 60, 280, 120, "#4A515C", 44)
    box(c, 180, 540, 460, 100, "#4A515C", 30)
    boy = LEO | {"bag": None, "top": "#6BA368"}

    def draw(c, t):
        pull = 0.42 * ease(t, 0.8, 2.4)
        with at(c, 410, 560, 3.1):
            seated(c, boy, hands={-1: (-24 + 40 * pull, -116 + 20 * pull), 1: (18, -84)}, gaze=wave(t, 4, -0.4, 0.8))
            limb(c, "#2B2F38", 7, (-34, -60), (-24 + 40 * pull, -36 + 20 * pull))
        for k, (x, belt) in enumerate(((760, "arm"), (930, "right"), (1100, "belly"))):
            shown = ease(t, 2.6 + k * 0.7, 3.2 + k * 0.7)
            if shown:
                with at(c, x, 330, shown):
                    box(c, -76, -150, 152, 300, WHITE, 24)
                    with at(c, 0, 60, 1.25):
                        seated(c, boy, hands={-1: (-30, -80), 1: (30, -80)})
                        _belt(c, belt)
                    text(c, "ABC"[k], 0, -112, 44)

    return draw


def _belt(c, where):
    colour, wide = "#D8412F", 6
    if where == "arm":
        limb(c, colour, wide, (-30, -30), (15, -6))
        limb(c, colour, wide, (-18, -4), (18, -4))
    elif where == "right":
        limb(c, colour, wide, (-17, -54), (15, -6))
        limb(c, colour, wide, (-18, -4), (18, -4))
    else:
        limb(c, colour, wide, (-17, -54), (18, -18))
        limb(c, colour, wide, (-20, -20), (20, -20))


@scene("pas-siege-enfant")
def child_seat(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 80, 320)
    street.tree(c, 1180, 450, 280)
    street.road(c, two_ways=False)
    _open_car(c, 760, 650, 2.15, "#8E98A3")
    sister, malo = CHILD | {"height": 108, "cut": "long"}, LEO | {"bag": None}
    a, b = Curve((0.3, -60), (4, 400), end=0), Curve((0.3, -170), (4, 300), end=0)

    def draw(c, t):
        walk(c, malo, b, t, 694, 1.6, hold={"hands": ((26, -82), None)})
        walk(c, sister, a, t, 698, 1.6, hold={"hands": (None, (-26, -104))})
        if t > 1.4:
            street.tag(c, "5 ans", a(t) + 20, 470, 38)

    return draw


@scene("pas-descendre-cote-trottoir")
@close_up(640, 370, 1.35)
def which_side(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 300 H1290", width=2 * plan.LANE + 110, pavement=110)
    plan.dashes(c, "M0 240 H1280")
    plan.line(c, "M0 382 H1280", 4)
    for x in (80, 380, 700, 1020):
        plan.tree(c, x, 680)
    way = Route("M-250 350 H300 C460 350 500 438 640 438 H700")
    park, bike = Curve((0, 0), (3.6, 1), end=0), Curve((4.2, 0), (9.6, 1))
    lane, car_lane, pass_by = Route("M-150 336 H1400"), Route("M1500 180 H-300"), Curve((2, 0), (6, 1))

    def draw(c, t):
        drive(c, above.car, way, park, t, P * 1.35, colour=YELLOW, aboard=(DAD, None, LINA | {"bag": None}))
        pedal(c, above.cyclist, SAMI | HELMET, lane, bike, t, 0.62)
        drive(c, above.car, car_lane, pass_by, t, colour=RED)

    return draw


@scene("pas-portiere-main")
def far_hand(stage):
    c = stage.back
    plan.ground(c, plan.ASPHALT)
    box(c, 0, 560, 1280, 160, plan.PAVING)
    box(c, 0, 552, 1280, 12, "#B5AEA1")
    plan.dashes(c, "M0 40 H1280")
    samuel = TOM | {"bag": None}
    bike = Curve((1.2, -200), (8, 470), end=40)

    def draw(c, t):
        with at(c, 820, 410, 1.4):
            above.car(c, BLUE, aboard=(DAD, None, samuel))
            reach = ease(t, 1, 2.4)
            hand = (-82 + 14 * reach, -56 - 20 * reach)
            limb(c, shade(samuel.top, -0.15), 13, (-100, -56), hand)
            disc(c, *hand, 7, samuel.skin)
        with at(c, bike(t), 165, 1.1):
            above.cyclist(c, AWA | HELMET | {"bag": None}, bike(t) / 260)

    return draw


@scene("pas-conducteur-fatigue")
def drifting(stage):
    view = View(height=1.25, horizon=290)
    drift = Curve((0, 0), (2.4, 0.1), (4.6, 1.5), (5.2, 0.2), (8, 0.9))

    def draw(c, t):
        gone = 24 * t
        view.land(c, "night", grass="#1F3A32")
        c.save()
        c.translate(drift(t) * 130, 0)
        view.road(c, -9, 3.4, asphalt="#3A404B", edges=True)
        view.dashes(c, -2.2, gone, 3, 9, 0.18)
        for k in range(8):
            z = k * 14 + 14 - gone % 14
            for x in (3.9,):
                with view.at(c, x, z):
                    box(c, -5, -90, 10, 90, "#DDE3E6")
                    box(c, -5, -84, 10, 16, "#F4BE3B")
        c.restore()
        dashboard(
            c,
            lambda c: needle(c, 0.68, "130"),
            turn=-8 * (drift(t) > 1) + wave(t, 3, -2, 2),
            skin="#DDA47A",
            sleeve="#5A7D9A",
        )
        text(c, "1:30", 825, 668, 56, "#5BE39B")
        shut = max(during(t, 1, 2, 0.4), during(t, 3, 4.8, 0.5), during(t, 6.4, 7.6, 0.5))
        box(c, 630, 52, 220, 62, "#1F242D", 20)
        box(c, 638, 59, 204, 48, "#B98A66", 16)
        for x in (690, 790):
            oval(c, x, 84, 42, 22 * (1 - shut) + 2, WHITE if shut < 0.8 else "#8A6448")
            if shut < 0.7:
                disc(c, x, 84, 8, "#2A211C")

    return draw


@scene("pas-animal")
def dog_to_carry(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 860, 340)
    street.tree(c, 120, 450, 260)
    street.road(c, two_ways=False)
    zelie, x = AWA | {"bag": None}, Curve((0.2, 1300), (4.2, 1010), end=0)

    def draw(c, t):
        with at(c, 560, 650, 2.0):
            side.car(c, RED)
            polygon(c, shade(RED, -0.2), (-196, -96), (-186, -104), (-258, -176), (-268, -166))
            box(c, -206, -84, 62, 50, "#2B303A", 8)
        with at(c, 96, 650, 1.5):
            box(c, -56, -84, 112, 84, "#9AA3AD", 10)
            for k in range(5):
                limb(c, "#5B6270", 5, (-38 + k * 19, -70), (-38 + k * 19, -14))
        walk(c, zelie, x, t, 694, 1.6, left=True, hold={"hands": ((28, -84), None)})
        with at(c, x(t) - 130, 700, 1.5, flip=True):
            _dog(c, t if t < 4.2 else 4.2)
        trace(c, f"M{x(t) - 45} 560 Q{x(t) - 90} 600 {x(t) - 160} 622", "#D8412F", 4)

    return draw


def _dog(c, t):
    """A dog 60 cm high, looking right, trotting."""
    colour = "#B5743A"
    for k, px in enumerate((-26, -18, 20, 28)):
        swing = wave(t + k * 0.25, 0.6, -7, 7)
        limb(c, shade(colour, -0.2 if k % 2 else 0), 9, (px, -30), (px + swing, -2))
    oval(c, 0, -38, 78, 30, colour)
    limb(c, colour, 7, (-36, -42), (-52, -60 + wave(t, 0.5, -4, 4)))
    oval(c, 44, -58, 32, 26, colour)
    oval(c, 58, -54, 22, 14, shade(colour, 0.12))
    disc(c, 67, -56, 4, "#2A211C")
    disc(c, 48, -62, 3, "#2A211C")
    shape(c, "M34 -68 Q26 -50 34 -44 Q42 -52 42 -66 Z", shade(colour, -0.3))


@scene("pas-taxi-places")
def one_too_many(stage):
    c = stage.back
    plan.ground(c, plan.ASPHALT)
    box(c, 0, 520, 1280, 200, plan.PAVING)
    box(c, 0, 512, 1280, 12, "#B5AEA1")
    plan.dashes(c, "M0 90 H1280")
    friends = (DAD, LINA, TOM, SAMI)
    way, step = Route("M640 800 V600"), Curve((0.8, 0), (4, 1), end=0)

    def draw(c, t):
        with at(c, 660, 330, 1.25):
            above.car(c, TEAL, aboard=friends)
            with at(c, -100, 0):
                box(c, -30, -24, 56, 48, "#5B6472", 12)
                box(c, -16, -22, 26, 44, LEO.top, 13)
                head_above(c, LEO | {"bag": None})
            polygon(c, shade(TEAL, -0.15), (-20, 92), (4, 92), (44, 168), (26, 176))
        x, y, heading = way(step(t))
        with at(c, x, y, 1.1, heading):
            seen_from_above(c, AWA | {"bag": None}, step(t) * 3, min(1.0, abs(step.speed(t)) * 3))

    return draw
