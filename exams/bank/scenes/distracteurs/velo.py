"""Scenes of « distracteurs »: people on bicycles and electric scooters."""

from math import sin

from exams.bank.scenes.kit import ahead, plan, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import ride
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.close import dog, sandwich
from exams.bank.scenes.kit.ink import RED, TEAL, WHITE, at, box, disc, limb, oval, shape, text, trace
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import AWA, DAD, LINA, MUM, STAND, TOM, facing, person
from exams.bank.scenes.registry import scene

VIEW = View(height=1.5)


@scene("dis-velo-ecouteurs")
def earphones(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    box(c, 0, 470, 1280, 46, plan.CYCLE)
    trace(c, "M0 516 H1280", WHITE, 5, (40, 26))
    bus, car = Curve((0, 1700), (6, -700)), Curve((0.6, -300), (5, 1700))
    manon = AWA | {"bag": "#7A5AA8"}

    def draw(c, t):
        ride(c, side.bus, bus, t, street.FAR_LANE + 14, 0.86, left=True, driver=DAD)
        ride(c, side.car, car, t, street.NEAR_LANE - 24, 1.05, colour=TEAL, driver=MUM)
        box(c, 0, 664, 1280, 60, street.PAVING)
        box(c, 0, 660, 1280, 9, "#B8B0A2")
        with at(c, 0, 706, 1.9):
            street.bike_rack(c, 372, 0, 4, 84)
        with at(c, 760, 716, 2.0):
            side.bicycle(c, "#E9783F", basket=True)
        lift = 8 * sin(t * 2.2)
        with at(c, 430, 716, 2.0):
            nod = 10 + 14 * ease(t, 2, 3) - 18 * during(t, 4.4, 6, 0.5)
            person(c, manon, STAND | {"nod": nod, "hands": ((36, -104 - lift / 2), None)})
            hx, hy = 36, -104 - lift / 2
            trace(
                c,
                f"M{hx} {hy} Q{hx + 2} {hy + 20} {hx - 8} {hy + 34} M{hx} {hy} Q{hx + 14} {hy + 12} {hx + 8 + lift / 3} {hy + 30}",
                WHITE,
                2,
            )
            disc(c, hx - 8, hy + 36, 3.6, WHITE)
            disc(c, hx + 8 + lift / 3, hy + 32, 3.6, WHITE)

    return draw


@scene("dis-edpm-appel")
def ringing(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.fronts(c, 300, seed=2)
    street.fronts(c, 1300, 1060, seed=5)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    oval(c, 760, 470, 520, 70, street.PAVING)
    for x in (360, 1010):
        street.tree(c, x, 452, 270)
    street.bench(c, 740, 470)
    box(c, 0, 520, 1280, 160, plan.CYCLE)
    box(c, 0, 520, 1280, 6, WHITE)
    box(c, 0, 674, 1280, 6, WHITE)
    trace(c, "M0 600 H1280", WHITE, 5, (50, 40))
    for x in (200, 1120):
        with at(c, x, 640):
            c.scale(0.9, 0.45)
            signs.bike(c, WHITE)
    gabriel, other = Curve((0, 60), (8, 780)), Curve((1.5, 1440), (8, 330))
    rider = TOM | {"helmet": TEAL, "bag": None}

    def draw(c, t):
        ride(c, side.cyclist, other, t, 590, 1.1, left=True, look=MUM | {"helmet": RED}, bike="#7A5AA8", basket=True)
        ride(c, side.scooter, gabriel, t, 664, 1.35, look=rider)
        if t > 1.8:
            x, y = gabriel(t) - 14, 664 - 118
            box(c, x - 10, y - 20, 20, 34, "#15181F", 4)
            box(c, x - 7, y - 15, 14, 24, "#9FE0C8", 2)
            weather.buzz(c, x, y, t - 1.8, 1.5)

    return draw


def _town_ahead(c, gone):
    """A street of a town, as a cyclist sees it."""
    VIEW.land(c)
    VIEW.road(c, -4.6, 2.4, pavement=2.4)
    VIEW.town(c, gone, -7, 4.8)
    VIEW.dashes(c, -1.2, gone)


@scene("dis-velo-gps")
def route_on_handlebar(stage):
    def draw(c, t):
        gone = 4.2 * t
        _town_ahead(c, gone)
        if (z := 46 - gone) > 2:
            VIEW.zebra(c, -4.6, 2.4, z)
            with VIEW.at(c, 2.9, z + 1.4):
                facing(c, MUM, gaze=-0.7)
        if (z := 22 - gone) > 1.6:
            with VIEW.at(c, 1.7, z):
                ahead.car_from(c, RED)
        with at(c, 0, -64):
            ahead.handlebar(c, skin=AWA.skin, sleeve=AWA.top, turn=1.5 * sin(t * 2))
        with at(c, 640, 560, turn=1.5 * sin(t * 2)):
            box(c, -14, 60, 28, 110, "#23272F", 8)
            c.scale(1.05, 1.05)
            things.phone(c, _map(t))

    return draw


def _map(t):
    """Screen: a map that turns by, with the way to go."""

    def draw(c):
        box(c, -57, -111, 114, 222, "#E9EDDF")
        slide = (t * 16) % 70
        for y in range(-180, 180, 70):
            box(c, -57, y + slide, 114, 12, "#FFFFFF")
            box(c, 20, y + slide + 20, 30, 40, "#C9DDB4", 4)
            box(c, -50, y + slide + 20, 34, 40, "#DCCFB8", 4)
        box(c, -8, -111, 16, 222, "#FFFFFF")
        trace(c, "M0 60 V-60 H44", "#2F6FB3", 9)
        shape(c, "M0 38 L14 72 L0 64 L-14 72 Z", "#D8412F")
        box(c, -57, -111, 114, 40, "#2F4858")
        trace(c, "M-30 -80 V-92 H-8 M-14 -99 L-6 -92 L-14 -85", WHITE, 5)
        text(c, "80 m", 24, -83, 20, WHITE)

    return draw


@scene("dis-edpm-selfie")
def filming_herself(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.fronts(c, 640, seed=1)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    for x in (760, 1160):
        street.tree(c, x, 470, 270)
    box(c, 0, 540, 1280, 180, plan.CYCLE)
    box(c, 0, 540, 1280, 6, WHITE)
    with at(c, 240, 690):
        c.scale(0.9, 0.45)
        signs.bike(c, WHITE)
    oval(c, 905, 664, 190, 36, "#5E8573")
    oval(c, 905, 666, 160, 26, "#39463F")
    oval(c, 915, 661, 116, 12, "#222B27")
    for x, y in ((806, 652), (1004, 680), (985, 648)):
        oval(c, x, y, 18, 8, "#5E8573")
    lucie, roll = LINA | {"helmet": RED, "top": "#F0B63F"}, Curve((0, 140), (8, 620))

    def draw(c, t):
        x, sway = roll(t), 3 * sin(t * 5)
        pose = side.riding_scooter(one_hand=(48, -150 + sway), look_back=-2)
        with at(c, x, 664, 1.9, turn=1.2 * sin(t * 4)):
            side.scooter(c, lucie, x / 1.9, pose=pose)
            with at(c, 50, -160 + sway, 0.11, turn=-8):
                things.phone(c)
        box(c, 1030, 62, 210, 346, "#FFFFFFB0", 40)
        with at(c, 1135, 235, 1.24):
            things.phone(c, _selfie(lucie, t))

    return draw


def _selfie(look, t):
    """Screen: somebody filming themselves."""

    def draw(c):
        box(c, -57, -111, 114, 222, "#BFE1F2")
        box(c, -57, 30, 114, 90, "#93B86F")
        with at(c, 4 * sin(t * 3), 250, 1.62):
            facing(c, look, gaze=0.3 * sin(t * 2))
        if t % 1 < 0.6:
            disc(c, -40, -92, 8, "#FF3B30")
        text(c, f"0:0{int(t)}", 24, -86, 20, "#FFFFFF")

    return draw


@scene("dis-velo-manger")
def eating_on_bike(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=6)
    street.road(c)
    stage.camera = lambda t: (640, 428, 1.25)
    marius, trot = Curve((0, 190), (8, 590)), Curve((1.6, 1240), (5.6, 900), (8, 830))
    look = TOM | {"helmet": TEAL, "bag": "#7A5AA8"}

    def draw(c, t):
        with at(c, trot(t), 478 + 12 * ease(t, 5, 8), 1.15, flip=True):
            dog(c, t, running=t > 1.6)
        x = marius(t)
        bite = 0.5 + 0.5 * sin(t * 2.2)
        hand = (22 - 2 * bite, -134 - 18 * bite)
        pose = side.pedalling(x / 1.35 / 62, upright=8)
        with at(c, x, 640, 1.35):
            side.cyclist(c, look, x / 1.35, bike="#D8412F", pose=pose | {"hands": (hand, side.GRIP)})
            with at(c, hand[0] + 4, hand[1] - 6, turn=-25):
                sandwich(c)

    return draw


@scene("dis-velo-montre")
def watch_at_junction(stage):
    def draw(c, t):
        gone = 4 * t
        z = 38 - gone
        VIEW.land(c)
        VIEW.road(c, -4.6, 2.4, pavement=2.4)
        VIEW.town(c, gone, -7, 4.8, near=z + 11)
        VIEW.patch(c, -70, 70, z - 2, z + 11, plan.PAVING)
        VIEW.patch(c, -70, 70, z, z + 9, plan.ASPHALT)
        VIEW.patch(c, -4.6, 2.4, z - 2, z + 11, plan.ASPHALT)
        VIEW.patch(c, -1.2, 2.4, z - 1.6, z - 1.1, WHITE)
        with VIEW.at(c, 19 - 1.9 * t, z + 6, flip=True):
            side.car(c, RED, t * 240, driver=MUM)
        VIEW.town(c, gone, -7, 4.8, far=z - 2)
        VIEW.dashes(c, -1.2, gone, on=2, off=3)
        lit = t > 2.6
        with at(c, 0, -70):
            ahead.handlebar(c, skin="#E9B48E", sleeve="#7A5AA8")
        with at(c, 322, 640):
            _watch(c, lit)
            if lit:
                weather.buzz(c, 0, 0, t - 2.6, 3)

    return draw


def _watch(c, lit):
    """A smart watch on a wrist that comes from the lower left."""
    with at(c, 0, 0, turn=45):
        limb(c, "#23272F", 40, (0, -40), (0, 40))
        box(c, -46, -52, 92, 104, "#15181F", 22)
        box(c, -37, -43, 74, 86, "#EAF2F6" if lit else "#2A303B", 14)
        if lit:
            with at(c, 0, 0, turn=-45):
                box(c, -26, -22, 44, 24, "#2D8C8C", 8)
                box(c, -14, 6, 40, 18, "#C9D6DC", 8)
