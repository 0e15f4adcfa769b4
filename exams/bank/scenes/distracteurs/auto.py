"""Scenes of « distracteurs »: people in cars."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, cabin, side, signs, street, things, weather
from exams.bank.scenes.kit.actors import ride, slowing
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.close import appear, dog, medallion
from exams.bank.scenes.kit.ink import (
    BLUE,
    RED,
    TEAL,
    WHITE,
    at,
    box,
    disc,
    limb,
    pen,
    ring,
    shade,
    shadow,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import (
    DAD,
    LEO,
    LINA,
    MUM,
    OFFICER,
    SIT,
    STAND,
    facing,
    person,
    stride_length,
    walking,
)
from exams.bank.scenes.registry import scene

VIEW = View(height=1.3)


@scene("dis-auto-message")
def text_message(stage):
    view = View(height=1.3)

    def draw(c, t):
        gone = 10 * t
        down = during(t, 2.6, 6.6, 0.7)
        c.save()
        c.translate(-60 * down, -190 * down)
        view.land(c)
        view.road(c, -3.4, 3.4, pavement=2.4)
        view.town(c, gone, -5.8, 5.8)
        view.dashes(c, -0.1, gone)
        for k in range(9, -1, -1):
            z = k * 6.5 + 6.5 - gone % 6.5
            if z > 2.2:
                with view.at(c, 2.5, z):
                    ahead.car_from(c, (RED, TEAL, "#E9E6DC", BLUE)[(k + int(gone // 6.5)) % 4])
        box(c, -10, 560, 1400, 460, "#3A414D")
        ahead.dashboard(c, lambda c: ahead.needle(c, 0.42, "50"), turn=2 * sin(t * 2))
        with at(c, 842, 690, 0.92, turn=-7):
            things.phone(c, things.message, lit=t > 1.6)
            if 1.6 < t < 2.8:
                weather.buzz(c, 0, -90, t, 3)
        c.restore()
        if 2.9 < t < 6.6:
            count = min(3, int(t - 2.9))
            with at(c, 1080, 380):
                disc(c, 4, 8, 96, "#10182850")
                disc(c, 0, 0, 92, WHITE)
                ring(c, 0, 0, 84, "#2F4858", 8)
                arc = min(1.0, (t - 2.9) / 3)
                c.drawArc(skia.Rect.MakeLTRB(-84, -84, 84, 84), -90, 360 * arc, False, pen("#D8412F", 10))
                box(c, -12, -116, 24, 22, "#2F4858", 4)
                text(c, f"{count} s", 0, 20, 58)

    return draw


@scene("dis-passagers-ballon")
def ball_in_car(stage):
    view = View(height=1.3, horizon=250)

    def draw(c, t):
        gone = 7 * t
        view.land(c)
        view.road(c, -3.4, 3.4, pavement=2.4)
        view.town(c, gone, -5.8, 5.8)
        view.dashes(c, -0.4, gone)
        if (z := 70 - gone) > 3:
            view.zebra(c, -3.4, 3.4, z)
        _cabin(c)
        fly = (t * 0.62) % 2
        going = fly < 1
        u = fly if going else 2 - fly
        x = 330 + 620 * u
        y = 420 - 330 * (1 - (2 * u - 1) ** 2) ** 0.8 * 0.98
        for flip, px, look in ((False, 200, LEO | {"bag": None, "height": 140}), (True, 1080, LINA | {"height": 140})):
            lift = 18 * max(0, 1 - 4 * (u if not flip else 1 - u))
            with at(c, px, 880, 3.3, flip=flip):
                person(
                    c,
                    look,
                    SIT | {"hip": (0, -62), "hands": ((36, -112 - lift), (32, -104 - lift))},
                    mouth=0.6 + 0.4 * sin(t * 9),
                )
                limb(c, "#23272F", 5, (-10, -112), (12, -64))
        with at(c, x, max(y, 84)):
            things.ball(c, 50, t * 200)

    return draw


def _cabin(c):
    """The inside of a car from the back: roof, pillars, dashboard, front seats, the driver on the left."""
    dark, trim = "#2B303A", "#3A414D"
    shape(c, "M0 0 H1280 V720 H1130 L1060 130 Q640 60 220 130 L150 720 H0 Z", dark)
    shape(c, "M0 230 L140 210 L100 470 L0 480 Z", "#9CC3D2")
    shape(c, "M1280 230 L1140 210 L1180 470 L1280 480 Z", "#9CC3D2")
    shape(c, "M170 400 Q640 350 1110 400 L1130 720 H150 Z", trim)
    shape(c, "M170 400 Q640 350 1110 400 L1112 416 Q640 366 168 416 Z", "#4C5462")
    box(c, 570, 112, 170, 50, "#1F242D", 16)
    box(c, 577, 118, 156, 38, "#9FB4C0", 12)
    ring(c, 440, 440, 92, "#15181F", 16)
    with at(c, 440, 640, 2.1):
        facing(c, MUM, back=True, hands={-1: (-34, -96), 1: (34, -96)})
    for x in (440, 850):
        box(c, x - 110, 470, 220, 300, "#5B6472", 50)
        box(c, x - 62, 400 if x == 850 else 432, 124, 84, "#515A67", 26)
    with at(c, 440, 640, 2.1):
        c.save()
        c.clipRect(skia.Rect.MakeLTRB(-30, -190, 30, -128))
        facing(c, MUM, back=True)
        c.restore()


def _street_ahead(c, gone):
    """A street of a town with two lanes, as a driver sees it."""
    VIEW.land(c)
    VIEW.road(c, -4.8, 2.2, pavement=2.4)
    VIEW.town(c, gone, -7.2, 4.6)
    VIEW.dashes(c, -1.3, gone)


def _notes(c, x, y, t, colour="#7A5AA8"):
    """Music leaving (x, y)."""
    for k in range(4):
        part = (t * 0.4 + k / 4) % 1
        with at(c, x + 40 * sin(part * 5 + k) + 30 * part, y - 150 * part, 1.2 * (1 - 0.4 * part)):
            things.note(c, (colour, "#E9783F")[k % 2])


@scene("dis-auto-mains-libres")
def hands_free(stage):
    def draw(c, t):
        gone = 6 * t
        _street_ahead(c, gone)
        if (z := 57 - gone) > 3:
            VIEW.zebra(c, -4.8, 2.2, z)
            with VIEW.at(c, 2.8, z + 1.4):
                facing(c, LINA, gaze=-0.8)
        ahead.dashboard(
            c, lambda c: ahead.needle(c, 0.34, "40"), turn=2 * sin(t * 1.7), skin="#8A5638", sleeve="#F0B63F"
        )
        box(c, 712, 566, 226, 132, "#15181F", 12)
        box(c, 720, 574, 210, 116, "#EAF2F6", 8)
        disc(c, 776, 632, 34, "#3FA06B")
        _receiver(c, 776, 632, 0.8)
        box(c, 826, 606, 86, 14, "#2F4858", 6)
        text(c, f"0:{12 + int(t)}", 868, 662, 34, "#2F4858")
        weather.waves(c, 1010, 636, t, turn=-150, spread=80, start=34, step=34, count=4, colour="#F4BE3B")
        disc(c, 1010, 636, 34, "#23272F")
        for k in (10, 20, 28):
            ring(c, 1010, 636, k, "#5B6270", 3)

    return draw


def _receiver(c, x, y, scale):
    """The receiver of a telephone, as on a green button."""
    with at(c, x, y, scale, turn=-45):
        limb(c, WHITE, 9, (-20, 4), (-14, -6), (14, -6), (20, 4))
        limb(c, WHITE, 14, (-20, 4), (-18, 4))
        limb(c, WHITE, 14, (18, 4), (20, 4))


@scene("dis-auto-sanction")
def police_check(stage):
    c = stage.back
    street.sky(c)
    street.fronts(c, seed=7)
    street.road(c)
    car = Curve((0, -300), (3.4, 470), end=0)
    officer = OFFICER | {"cut": "bun", "vest": "#F4E04D"}
    with at(c, 1130, street.NEAR_LANE, 1.15):
        side.car(c, "#F1F1EC")
        box(c, -150, -76, 250, 26, "#2F6FB3")
        text(c, "POLICE", -26, -56, 24, WHITE)
        box(c, -40, -162, 44, 12, "#2F6FB3", 5)

    def draw(c, t):
        ride(c, side.car, car, t, street.NEAR_LANE, 1.15, colour=RED, driver=LINA, brake=slowing(car, t))
        with at(c, 800, 712, 1.45, flip=True):
            up = 1 - ease(t, 3.6, 4.2)
            person(c, officer, STAND | {"hands": ((30 + 8 * up, -100 - 52 * up), None)})
            shape(c, "M-17 -168 Q-14 -184 0 -184 Q16 -184 17 -168 L26 -164 H-17 Z", "#1D2740")
        come = appear(t, 4)
        with at(c, 440, 250):
            medallion(c, _held_phone, 128, come)

    return draw


def _held_phone(c):
    """A telephone held in a hand."""
    with at(c, -6, -14, 0.68):
        things.phone(c, things.message)
    limb(c, "#9C4F7C", 56, (66, 96), (54, 78))
    limb(c, "#D99C70", 42, (52, 72), (36, 44))
    for k in range(4):
        limb(c, "#D99C70" if k % 2 else "#C98C62", 17, (44, 44 - k * 19), (20, 40 - k * 19))
    limb(c, "#C98C62", 20, (10, 76), (-34, 40))


@scene("dis-auto-feu-rouge")
def at_red_light(stage):
    across = Curve((0.8, -6.5), (7.6, 3.4))

    def draw(c, t):
        _street_ahead(c, 0)
        VIEW.patch(c, -1.3, 2.2, 5.0, 5.4, WHITE)
        VIEW.zebra(c, -4.8, 2.2, 7)
        with VIEW.at(c, 2.75, 9.5):
            signs.light_pole(c, "red", height=290)
        x = across(t)
        with VIEW.at(c, x, 8.4):
            person(c, DAD | {"bag": "#7A5AA8"}, walking(x * 100 / stride_length(DAD.height), 1))
        ahead.dashboard(c, lambda c: ahead.needle(c, 0.0, "0"), skin="#C98A5B", sleeve="#2D8C8C")
        with at(c, 842, 640, 0.92, turn=-7):
            things.phone(c, things.message, lit=t > 2)
            if t > 2:
                weather.buzz(c, 0, -30, t - 2, 4)

    return draw


@scene("dis-passager-copilote")
def front_passenger(stage):
    cabin.behind(stage.back)
    cabin.body(stage.front)
    theo = LEO | {"height": 150, "top": "#6BA368"}

    def draw(c, t):
        cabin.passing_by(c, t)
        cabin.seats(c)
        cabin.aboard(c, DAD, cabin.DRIVER_X, t=t, driving=True)
        cabin.aboard(c, theo, cabin.PASSENGER_X, t=t, gaze=0.9 * ease(t, 2.4, 3.2))
        with at(c, 640, 540, 0.74):
            box(c, -16, 110, 32, 70, "#15181F", 6)
            things.phone(c, _call, lit=t > 1.8)
            if t > 1.8:
                weather.buzz(c, 0, 0, t - 1.8, 4)

    return draw


def _call(c):
    """Screen: somebody calls."""
    box(c, -57, -111, 114, 222, "#2F4858")
    disc(c, 0, -40, 34, "#C9D6DC")
    disc(c, 0, -50, 13, "#5B6472")
    box(c, -22, -36, 44, 24, "#5B6472", 12)
    for x, colour in ((-28, "#D8412F"), (28, "#3FA06B")):
        disc(c, x, 66, 20, colour)
        _receiver(c, x, 66, 0.5)


@scene("dis-auto-avant-depart")
def before_leaving(stage):
    c = stage.back
    _street_ahead(c, 4)
    ahead.dashboard(c, lambda c: ahead.needle(c, 0.0), skin="#D99C70", sleeve="#7A5AA8")

    def draw(c, t):
        box(c, 470, 40, 340, 620, "#10182850", 60)
        with at(c, 640, 350, 2.3):
            things.phone(c, _choices(t), lit=t > 0.8)
        with at(c, 1010, 560, 1.5, turn=4 * sin(t * 2.4)):
            things.keys(c)

    return draw


def _choices(t):
    """Screen: a map, a bell and a note appear one after the other."""

    def draw(c):
        for k, (paper, icon) in enumerate((("#DCEBD0", _pin), ("#F6E3C0", _bell), ("#E4DAF0", _small_note))):
            come = appear(t, 1.2 + 1.6 * k)
            if come:
                with at(c, 0, -66 + 66 * k, come):
                    box(c, -46, -29, 92, 58, paper, 14)
                    icon(c)

    return draw


def _pin(c):
    trace(c, "M-34 18 L-12 6 L6 18 L34 2", "#2F6FB3", 5)
    shape(c, "M12 8 C-4 -10 0 -22 12 -22 C24 -22 28 -10 12 8 Z", "#D8412F")
    disc(c, 12, -13, 4, WHITE)


def _bell(c):
    shape(c, "M-18 10 Q-12 4 -12 -8 Q-10 -20 0 -20 Q10 -20 12 -8 Q12 4 18 10 Z", "#C98F1E")
    disc(c, 0, 14, 5, "#C98F1E")


def _small_note(c):
    with at(c, 0, 2, 0.7):
        things.note(c)


@scene("dis-auto-chien")
def dog_before_car(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 60, 320)
    street.tree(c, 560, 450, 260)
    street.hedge(c, 660, 440, 640)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    box(c, 0, 500, 1280, 230, "#CFC8BA")
    with at(c, 900, 610, 1.35):
        side.open_car(c, BLUE)
    with at(c, 640, 700):
        _crate(c)
    with at(c, 880, 690):
        _harness(c)

    def draw(c, t):
        with at(c, 180, 672, 1.6):
            person(c, MUM, STAND | {"nod": 4 + 4 * sin(t)})
        with at(c, 300, 690, 1.6):
            person(
                c, LEO | {"bag": None, "height": 145}, STAND | {"nod": 16, "hands": ((30, -72 + 6 * sin(t * 3)), None)}
            )
        with at(c, 430, 700 - 5 * abs(sin(t * 4)), 1.5, flip=True):
            dog(c, t)

    return draw


def _crate(c):
    """A transport crate for a dog, 190 wide, standing on y = 0."""
    shadow(c, 0, 0, 220, 20)
    box(c, -95, -130, 190, 130, "#8E98A3", 16)
    box(c, -95, -130, 190, 44, shade("#8E98A3", 0.25), 16)
    box(c, -30, -112, 112, 96, "#23272F", 10)
    for k in range(6):
        limb(c, "#C9CED3", 4, (-22 + k * 19, -110), (-22 + k * 19, -18))
    trace(c, "M-24 -130 Q-24 -146 0 -146 Q24 -146 24 -130", "#3A414D", 8)


def _harness(c):
    """A dog's harness and its strap, laid on the ground."""
    trace(
        c, "M-50 -6 Q-64 -40 -30 -44 Q2 -42 -6 -8 Q-26 6 -50 -6 M-6 -10 Q20 -40 46 -26 Q60 -8 34 2 Q8 6 -6 -8", RED, 10
    )
    trace(c, "M44 -16 Q90 -30 120 -8 Q140 4 170 -12", "#23272F", 7)
    box(c, 164, -24, 26, 20, "#C9CED3", 4)


@scene("dis-auto-reaction")
def ball_on_road(stage):
    stage.freeze = 6.4
    roll = Curve((3.2, 4.6), (6.4, 0.5))

    def draw(c, t):
        gone = 5 * t
        _street_ahead(c, gone)
        z = 40 - gone
        if t > 3:
            with VIEW.at(c, roll(t), z):
                shadow(c, 0, 0, 90, 12)
                with at(c, 0, -38 - 16 * abs(sin(t * 5))):
                    things.ball(c, 38, -t * 300)
        ahead.dashboard(
            c, lambda c: ahead.needle(c, 0.42, "50"), turn=2 * sin(t * 1.7), skin="#8A5638", sleeve="#E9783F"
        )
        box(c, 716, 600, 218, 92, "#15181F", 10)
        text(c, "98.6", 826, 660, 40, "#5BE39B")
        _notes(c, 840, 590, t)
        if t > 3.8:
            _stopwatch(c, t - 3.8)

    return draw


def _stopwatch(c, seconds):
    """A stopwatch on the upper left that has run for ``seconds``."""
    with at(c, 250, 210):
        disc(c, 4, 8, 96, "#10182850")
        disc(c, 0, 0, 92, WHITE)
        ring(c, 0, 0, 84, "#2F4858", 8)
        box(c, -12, -116, 24, 22, "#2F4858", 4)
        c.drawArc(skia.Rect.MakeLTRB(-68, -68, 68, 68), -90, min(360, 120 * seconds), False, pen("#D8412F", 16))
        text(c, "?", 0, 22, 62)
