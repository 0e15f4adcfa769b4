"""Scenes of « circulation »: electric scooters."""

from exams.bank.scenes.kit import ahead, plan, side, signs, street, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ahead import car_from
from exams.bank.scenes.kit.ink import BLUE, RED, TEAL, WHITE, at, box, disc, shade, text, trace
from exams.bank.scenes.kit.lane import InLane
from exams.bank.scenes.kit.motion import Curve, ease, wave
from exams.bank.scenes.kit.people import AWA, DAD, LEO, MUM, OLD, SAMI, TOM, facing
from exams.bank.scenes.registry import scene

HELMET, RED_HELMET = {"helmet": BLUE}, {"helmet": RED}


@scene("circ-edpm-age")
def too_young(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=3)
    street.road(c)
    _near_track(c, 1280)
    emile = LEO | {"height": 148, "bag": None}
    x = Curve((0.3, 120), (3.6, 620), end=0)

    def draw(c, t):
        with at(c, 750, 706, 1.7):
            side.kick_scooter(c)
        reach = ease(t, 3.6, 4.4)
        hold = {"hands": ((12 + 30 * reach, -90 - 24 * reach), None)} if t > 3.5 else None
        walk(c, emile, x, t, 706, 1.7, hold=hold)
        if t > 1:
            street.tag(c, "13 ans", x(t), 420, 38)

    return draw


def _near_track(c, end):
    """A green cycle track in the foreground, from the left edge to ``end``."""
    box(c, 0, 640, end, 90, plan.CYCLE)
    trace(c, f"M0 642 H{end} V720" if end < 1280 else "M0 642 H1280", WHITE, 6)
    for x in range(150, end - 90, 280):
        with at(c, x, 686):
            c.scale(0.9, 0.4)
            signs.bike(c, WHITE)


@scene("circ-edpm-campagne")
def leaving_the_village(stage):
    view = InLane(height=1.5, horizon=280)
    gone = Curve((0, 0), (7.4, 17.5), end=0)

    def draw(c, t):
        view.land(c)
        view.road(c, -3.2, 3.2, edges=True)
        view.dashes(c, 0, gone(t))
        start = 24 - gone(t)
        view.patch(c, 4.6, 7, start, 300, plan.CYCLE)
        for x in (4.6, 6.9):
            view.patch(c, x, x + 0.12, start, 300, WHITE)
        for k in range(3):
            _painted_bike(c, view, 5.8, 29 + 14 * k - gone(t))
        view.trees(c, gone(t), 11)
        for z, colour in ((150 - 22 * t, BLUE), (66 - 22 * t, RED)):
            if z > 3:
                with view.at(c, -1.8, z):
                    car_from(c, colour, front=True, beam=True)
        with view.at(c, 3.9, 26 - gone(t)):
            signs.pole(c, signs.town("VILLERS", end=True), height=250, size=0.95)
        ahead.scooter_bar(c, lambda c: text(c, str(round(24 - 22 * ease(t, 2, 7.4))), 0, 20, 56, "#5BE39B"))

    return draw


def _painted_bike(c, view, x, z):
    """A bicycle painted on a track, lying flat in the view."""
    if z > 2.5:
        px, py = view.spot(x, z)
        with at(c, px, py):
            c.scale(9 / z, 9 / z * 0.35)
            signs.bike(c, WHITE)


@scene("circ-edpm-trottoir-marche")
def track_ends(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=5)
    street.road(c)
    box(c, 0, 640, 1280, 90, street.PAVING)
    _near_track(c, 560)
    noe, x = TOM | HELMET, Curve((0, -160), (4.6, 500), end=0)
    old, mother = Curve((0, 1180), (8, 830)), Curve((0, 760), (8, 1120))
    car = Curve((2.4, 1600), (6.4, -300))

    def draw(c, t):
        ride(c, side.car, car, t, street.FAR_LANE + 10, 0.95, left=True, colour=TEAL, driver=DAD)
        walk(c, OLD, old, t, 700, 1.4)
        walk(c, MUM, mother, t, 706, 1.4)
        ride(c, side.scooter, x, t, 710, 1.5, look=noe)

    return draw


@scene("circ-edpm-nuit-eclairage")
def unlit_scooter(stage):
    c = stage.back
    street.sky(c, "night")
    street.fronts(c, dark=True, lit=6, seed=4)
    street.road(c)
    weather.darkness(c, 0.35)
    tess, x = AWA | {"top": "#2A2F38", "bottom": "#20242C", "bag": "#30353F"}, Curve((0, -120), (8, 820))
    car = Curve((1.4, 1700), (6.6, 980), end=-60)

    def draw(c, t):
        if t > 1.4:
            ride(c, side.car, car, t, street.FAR_LANE + 6, 1.05, left=True, colour=RED, driver=DAD, beam=True)
        near = ease(t, 4.2, 6)
        c.saveLayerAlpha(None, round(60 + 195 * near))
        ride(c, side.scooter, x, t, street.NEAR_LANE + 14, 1.4, look=tess, colour=shade("#3A414D", -0.3))
        c.restore()

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
