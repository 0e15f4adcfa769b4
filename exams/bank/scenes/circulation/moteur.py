"""Scenes of « circulation »: e-scooters, mopeds and cars."""

from exams.bank.scenes.kit import above, plan, side, signs, street
from exams.bank.scenes.kit.actors import RIDER_PLAN, drive, pedal, ride, slowing, walk
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, polygon, shade, trace
from exams.bank.scenes.kit.motion import Curve, Route, wave
from exams.bank.scenes.kit.people import DAD, LINA, MUM, OLD, SAMI, TOM, facing
from exams.bank.scenes.kit.plan import LANE, P
from exams.bank.scenes.registry import scene

HELMET, RED_HELMET = {"helmet": BLUE}, {"helmet": RED}
MOTO = {"helmet": "#D8412F", "full_face": True}


@scene("circ-auto-sas-velo")
def sas(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 400 H1290", "M1180 -10 V730")
    plan.dashes(c, "M0 400 H640")
    plan.line(c, "M640 400 H900")
    plan.zebra(c, 975, 400, 2 * LANE)
    plan.stop_line(c, 690, 468)
    plan.stop_line(c, 900, 468)
    plan.bike_mark(c, 795, 468, 1.5)
    for x, width in ((20, 260), (320, 300), (660, 270)):
        plan.flat_roof(c, x, -60, width, 220, ("#C9C3BA", "#D3B9A2", "#BFC8C9")[x % 3])
    for x in (120, 420, 660):
        plan.tree(c, x, 680)
    with at(c, 880, 600, 1.1):
        signs.traffic_light(c, "red")
    stage.freeze = 7.2
    grey, cross = Curve((0, -0.1), (7.2, 0.475), start=0.16, end=0.02), Curve((0, 0), (4, 1))
    along, across = Route("M0 468 H1000"), Route("M1248 840 V-120")

    def draw(c, t):
        drive(c, above.car, across, cross, t, colour=TEAL)
        x, y, _ = along(max(grey(t), 0))
        with at(c, x if grey(t) > 0 else grey(t) * 1000, y, P):
            above.car(c, "#98A1AB", brake=t > 2.4)

    return draw


@scene("circ-cyclo-piste")
def moped_and_cycle_path(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 250 H1290", pavement=0)
    plan.dashes(c, "M0 250 H1280")
    plan.line(c, "M0 120 H1280")
    plan.line(c, "M0 380 H600 M790 380 H1280")
    plan.roads(c, "M-10 490 H1290", width=110, pavement=0, asphalt=plan.CYCLE)
    polygon(c, plan.ASPHALT, (600, 380), (790, 380), (760, 440), (640, 440))
    plan.dashes(c, "M0 490 H1280", 40, 40, 4)
    for x in (250, 1000):
        plan.bike_mark(c, x, 516, 0.8)
    for x in (80, 330, 500, 900, 1150):
        disc(c, x, 410, 22, "#6FA65A")
        disc(c, x - 5, 405, 14, shade("#6FA65A", 0.14))
    for x in (140, 420, 980):
        plan.tree(c, x, 640)
    plan.roof(c, 640, 590, 240, 160)
    plan.sign_from_above(c, signs.cycle_path, 560, 600, 1.3)
    way, track = Route("M-400 318 H1400"), Route("M-200 516 H1500")
    gaps = ((0.32, 0.85, RED), (0.19, 0.725, "#E9E6DC"), (0.06, 0.60, BLUE))
    queue = [(Curve((0, start), (5, stop), end=0), colour) for start, stop, colour in gaps]
    noe, girl = Curve((0, 0.1), (5.6, 0.455), (8, 0.5), end=0.01), Curve((0, 0.02), (8, 0.86))

    def draw(c, t):
        for part, colour in queue:
            drive(c, above.car, way, part, t, colour=colour, brake=slowing(part, t))
        drive(c, above.moped, way, noe, t, RIDER_PLAN, look=TOM | MOTO, brake=slowing(noe, t))
        pedal(c, above.cyclist, LINA | HELMET, track, girl, t)

    return draw


@scene("circ-edpm-ville")
def scooter_in_town(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c)
    street.road(c)
    box(c, 0, 470, 900, 46, plan.CYCLE)
    trace(c, "M0 516 H900", WHITE, 5, (40, 26))
    for x in (190, 740):
        with at(c, x, 493):
            c.scale(0.8, 0.42)
            signs.bike(c, WHITE)
    with at(c, 1080, 470, 1.25):
        signs.pole(c, signs.speed(50))
    malo = SAMI | RED_HELMET
    old, mother = Curve((0, 1150), (8, 760)), Curve((0, -60), (8, 260))
    car, bike = Curve((0, -300), (5, 1600)), Curve((2.6, 1500), (8, -500))

    def draw(c, t):
        walk(c, OLD, old, t, 456, 1.1)
        walk(c, MUM, mother, t, 458, 1.1)
        ride(c, side.car, bike, t, street.FAR_LANE + 12, 1.0, left=True, colour=TEAL, driver=DAD)
        ride(c, side.car, car, t, street.NEAR_LANE, 1.15, colour="#F4BE3B", driver=MUM)
        with at(c, 520, 704, 1.55):
            side.kick_scooter(c)
        with at(c, 488, 708, 1.55):
            facing(c, malo, back=True, hands={1: (36, -108)}, gaze=wave(t, 4))
        if 1.2 < t < 6.8:
            look = (420, 700, 1050)[int((t - 1.2) // 1.9) % 3]
            y = (430, 480, 560)[int((t - 1.2) // 1.9) % 3]
            trace(c, f"M500 440 L{look} {y}", "#FFFFFFB0", 5, (14, 14))
            disc(c, look, y, 9, WHITE)

    return draw
