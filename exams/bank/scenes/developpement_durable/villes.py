"""Scenes of « développement durable »: ways to move, and what they cost the air, the ear and the street."""

from exams.bank.scenes.kit import above, ahead, plan, side, street, things, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ink import (
    BLUE,
    GREEN,
    RED,
    TEAL,
    YELLOW,
    at,
    box,
    disc,
    limb,
    polygon,
    ring,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, blink, ease, wave
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LEO, LINA, MUM, OLD, SAMI, STAND, TOM, person
from exams.bank.scenes.registry import scene

HELMET = {"helmet": BLUE}
MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("dd-velo-courte-distance")
def short_trip(stage):
    c = stage.back
    plan.ground(c, "#DDE6CF")
    for x in range(0, 1280, 160):
        for y in (40, 560):
            plan.flat_roof(c, x + 10, y, 120, 110, ("#C9C3BA", "#D3B9A2", "#BFC8C9")[x // 160 % 3])
    trace(c, "M150 300 H1130", "#F4F3EC", 92)
    trace(c, "M150 300 H1130", plan.ASPHALT, 84)
    trace(c, "M150 430 H1130", plan.CYCLE, 54)
    street.tag(c, "3 km", 640, 500, 36)
    with at(c, 90, 400, 0.8):
        plan.roof(c, -60, -60, 120, 110)
    with at(c, 1190, 370, 0.9):
        plan.flat_roof(c, -70, -70, 140, 150, "#E3CFAE")
        text(c, "COLLÈGE", 0, 110, 30)
    queue = [Curve((0, x), (8, x + 40)) for x in (620, 760, 900, 1040)]
    car, bike = Curve((0.6, 190), (2.8, 470), (8, 505), end=0), Curve((0.6, 190), (8, 980))

    def draw(c, t):
        for k, x in enumerate(queue):
            with at(c, x(t), 300, 0.9):
                c.scale(0.32, 0.32)
                _car(c, (BLUE, YELLOW, "#8E98A3", TEAL)[k], t)
        with at(c, car(t), 300, 0.9):
            c.scale(0.32, 0.32)
            _car(c, RED, t)
        with at(c, bike(t), 430, 0.62):
            above.cyclist(c, LINA | HELMET, bike(t) / 90)

    return draw


def _car(c, colour, t):
    above.car(c, colour, brake=True)
    weather.smoke(c, -230, 40, t + ord(colour[1]) / 7, "#8C9299", rise=10, drift=-120)


@scene("dd-eco-conduite")
def eco_driving(stage):
    view = ahead.View(height=1.25, horizon=290)
    speed = Curve((0, 0.42), (3, 0.52), (5, 0.5), (8, 0.46))

    def draw(c, t):
        gone = 14 * t
        view.land(c)
        view.road(c, -3.5, 3.5, edges=True)
        view.dashes(c, 0, gone)
        view.trees(c, gone, 9)
        ahead.dashboard(c, lambda c: ahead.needle(c, speed(t), ""), turn=wave(t, 5, -3, 3))
        with at(c, 825, 645):
            trace(c, "M-70 0 H60", "#DDE3E6", 6)
            box(c, -70, -26, 130 * (0.34 - 0.02 * ease(t, 0, 8)), 20, "#F4BE3B" if blink(t, 1.2) else "#C98F1E", 4)
            box(c, 78, -30, 24, 34, "#DDE3E6", 4)
            box(c, 82, -26, 16, 12, "#242A34", 2)
            trace(c, "M102 -20 Q112 -16 110 4", "#DDE3E6", 4)

    return draw


@scene("dd-bus-places")
def bus_or_cars(stage):
    c = stage.back
    street.sky(c)
    street.school(c, 560)
    street.fronts(c, 540, seed=1)
    street.road(c)
    bus = Curve((0.6, -760), (4.2, 420), end=0)
    cars = [Curve((0, x), (2, x - 60), (4, x - 70), (6, x - 150), (8, x - 160)) for x in (400, 720, 1040, 1360)]
    pupils = ((LEO, 0), (AWA, 0.7), (TOM, 1.4), (LINA, 2.1))

    def draw(c, t):
        for k, x in enumerate(cars):
            weather.smoke(c, x(t) + 190, street.FAR_LANE - 24, t + k, "#8C9299", rise=40, drift=50, puffs=3)
            ride(
                c, side.car, x, t, street.FAR_LANE - 6, 0.8, left=True, colour=(RED, TEAL, YELLOW, BLUE)[k], driver=DAD
            )
        ride(
            c,
            side.bus,
            bus,
            t,
            street.NEAR_LANE,
            0.78,
            colour="#F2F0E8",
            driver=OLD,
            doors=ease(t, 4.2, 4.8),
            stripe="#2D8C8C",
        )
        with at(c, bus(t), street.NEAR_LANE, 0.78):
            _aboard(c, t)
        for look, late in pupils:
            if t > 4.8 + late:
                walk(c, look, Curve((4.8 + late, 800), (9 + late, 1180)), t, 710, 1.05)

    return draw


def _aboard(c, t):
    """Pupils behind the windows of a bus, from its middle on the ground."""
    for k, x in enumerate(range(-520, 300, 138)):
        for n, look in enumerate((AWA, TOM, LEO, LINA)[(k % 2) :: 2]):
            dx, y = x + 36 + n * 52, -196 - 3 * wave(t + k + n, 2)
            box(c, dx - 19, y + 12, 38, 24 - (y + 196), look.top, 8)
            disc(c, dx, y, 17, look.hair)
            disc(c, dx + 5, y + 3, 14, look.skin)


@scene("dd-train-velo")
def bicycle_then_train(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 40, 290)
    street.tree(c, 420, 440, 220)
    street.tree(c, 1190, 440, 250)
    street.road(c)
    street.bubble(c, 800, 240, 800, 380, tail=-210)
    street.tag(c, "40 km", 800, 92, 38)
    samir = SAMI | {"bag": "#D8412F"}
    choices = (_by_car, _by_bike_and_train, _by_moped)

    def draw(c, t):
        with at(c, 300, 708, 1.45):
            person(c, samir, STAND | {"nod": wave(t, 4, -14, -4)})
        k = min(int(t / 2.6), 2)
        shown = ease(t, 2.6 * k, 2.6 * k + 0.5)
        with at(c, 800, 370, 0.6 + 0.4 * shown):
            choices[k](c, t, samir)

    return draw


def _by_car(c, t, samir):
    with at(c, 0, 0, 1.35):
        side.car(c, TEAL, t * 260, driver=MUM, passenger=samir)


def _by_bike_and_train(c, t, samir):
    with at(c, -265, 0, 1.3):
        side.cyclist(c, samir | HELMET, t * 160)
    text(c, "+", -120, -60, 80)
    with at(c, 365, 0, 0.36):
        side.train(c, BLUE, cars=1)


def _by_moped(c, t, samir):
    with at(c, 0, 0, 1.2):
        side.moped(c, TOM | MOTO, t * 200, pair=samir | MOTO | {"bag": None})


@scene("dd-trottinette-batterie")
def dead_battery(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#EDE6D8")
    box(c, 0, 600, 1280, 120, "#C9B08A")
    box(c, 0, 592, 1280, 10, "#A98F68")

    def draw(c, t):
        out = ease(t, 1.2, 2.6)
        with at(c, 300, 640, 2.9):
            side.kick_scooter(c)
        with at(c, 300 - 20 * out, 594 - 150 * out, 1 + 0.3 * out):
            _battery(c, t)
        for k, (x, drawing) in enumerate(((620, _bin), (860, _collect), (1100, _kerb))):
            shown = ease(t, 3 + 0.7 * k, 3.6 + 0.7 * k)
            if shown:
                with at(c, x, 300, shown * 1.05):
                    things.badge(c, drawing, 100)

    return draw


def _battery(c, t):
    """A flat battery whose last light blinks red."""
    box(c, -90, -28, 180, 56, "#2A3542", 12)
    box(c, 88, -14, 12, 28, "#9AA3AD", 3)
    box(c, -70, -14, 26, 28, RED if blink(t, 0.9) else "#5A2A24", 4)
    for k in range(3):
        box(c, -34 + k * 36, -14, 26, 28, "#46525F", 4)


def _bin(c):
    box(c, -34, -30, 68, 84, "#5B6270", 8)
    box(c, -42, -46, 84, 16, "#4A515C", 6)
    for x in (-16, 0, 16):
        limb(c, "#3A414D", 4, (x, -16), (x, 40))


def _collect(c):
    box(c, -40, -50, 80, 104, GREEN, 12)
    box(c, -24, -34, 48, 16, "#1E2430", 8)
    polygon(c, "#FFF6D6", (4, -8), (-18, 24), (0, 24), (-6, 48), (18, 12), (0, 12))


def _kerb(c):
    box(c, -70, 20, 140, 14, "#B8B0A2", 3)
    box(c, -70, 34, 140, 24, "#69717D")
    with at(c, -10, 22, 0.6):
        box(c, -50, -60, 100, 60, "#C9A46A", 4)
        limb(c, "#A98552", 6, (-50, -32), (50, -32))


@scene("dd-vitesse-pollution")
def motorway_speed(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#28303C")
    box(c, 0, 600, 1280, 120, "#1F2630")
    down = Curve((1.8, 130), (5.4, 120), end=0)

    def draw(c, t):
        with at(c, 450, 350, 3.6):
            disc(c, 0, 0, 76, "#15181F")
            ring(c, 0, 0, 74, "#5B6270", 3)
            ahead.needle(c, down(t) / 180, f"{round(down(t))}")
        text(c, "km/h", 450, 590, 44, "#DDE3E6")
        with at(c, 980, 380, 1.5):
            box(c, -70, -140, 130, 240, "#D8412F", 14)
            box(c, -50, -120, 90, 70, "#EAF2F6", 6)
            trace(c, "M60 -90 Q110 -80 104 -20 V40 Q104 64 84 60", "#9AA3AD", 10)
            text(c, "?", -5, -64, 58 + 8 * wave(t, 2), "#1E2430")
            box(c, -30, -20, 50, 78, "#8E2A22", 25)
            polygon(c, "#F4BE3B", (-5, -8), (-22, 30), (12, 30))
            disc(c, -5, 33, 17, "#F4BE3B")
        street.tag(c, "consommation ?", 960, 590, 34)

    return draw


@scene("dd-pic-pollution")
def pollution_peak(stage):
    c = stage.back
    street.sky(c, "rain")
    box(c, 0, 0, 1280, 440, "#D9C27A60")
    street.fronts(c, seed=5)
    box(c, 0, 0, 1280, 440, "#CDB98A58")
    street.road(c)
    box(c, 700, 170, 14, 320, "#4A515C", 4)
    box(c, 1080, 170, 14, 320, "#4A515C", 4)
    box(c, 640, 90, 520, 150, "#15181F", 12)
    reader = MUM | {"bag": "#3C6E71"}
    cars = [
        (Curve((k * 2.4 - 2.4, -300), (k * 2.4 + 4, 1600)), colour)
        for k, colour in enumerate((RED, TEAL, YELLOW, BLUE))
    ]

    def draw(c, t):
        text(c, "POLLUTION", 900, 152, 50, "#F4BE3B" if blink(t, 1.4) else "#C98F1E")
        text(c, "VITESSE RÉDUITE", 900, 214, 42, "#F4BE3B")
        for x, colour in cars:
            if -260 < x(t) < 1540:
                ride(c, side.car, x, t, street.NEAR_LANE - 10, 1.0, colour=colour, driver=DAD)
                weather.smoke(c, x(t) - 215, street.NEAR_LANE - 40, t, "#8C9299", rise=40, drift=-70)
        with at(c, 300, 712, 1.5):
            person(c, reader, STAND | {"nod": wave(t, 5, -20, -10)})

    return draw


@scene("dd-marche-pedibus")
def walking_bus(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, 700, seed=2)
    street.school(c, 720, 560, "ÉCOLE")
    street.road(c)
    vest = {"vest": "#F4E04D"}
    line = (
        (DAD | vest, 0, 1.25),
        (CHILD, 110, 1.3),
        (CHILD | {"top": "#3FA06B", "cut": "curly"}, 200, 1.25),
        (CHILD | {"top": "#2F6FB3", "skin": "#8A5638", "cut": "bun"}, 290, 1.3),
        (CHILD | {"top": "#F0B63F"}, 380, 1.2),
        (MUM | vest, 490, 1.25),
    )
    car = Curve((1, 1500), (6, -300))

    def draw(c, t):
        ride(c, side.car, car, t, street.FAR_LANE + 10, 0.95, left=True, colour=TEAL, driver=OLD)
        for look, behind, size in line:
            x = Curve((0, 420 - behind), (8, 1060 - behind))
            walk(c, look | {"bag": look.bag or ("#E9783F" if look.height < 140 else None)}, x, t, 708, size)

    return draw
