"""Scenes of « équipements »: people in cars."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, side, signs, street, weather
from exams.bank.scenes.kit.actors import ride, slowing, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.close import appear, medallion
from exams.bank.scenes.kit.ink import (
    RED,
    TEAL,
    WHITE,
    at,
    box,
    disc,
    fill,
    limb,
    path,
    polygon,
    shade,
    shape,
    text,
    trace,
)
from exams.bank.scenes.kit.motion import Curve, blink, ease
from exams.bank.scenes.kit.people import DAD, LINA, MUM, SAMI, SIT, TOM, person, seated
from exams.bank.scenes.registry import scene

VIEW = View(height=1.3)
_CLEAR = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=130, BlendMode=skia.BlendMode.kClear)
_CLEAR.setStrokeCap(skia.Paint.kRound_Cap)


def _country(c):
    """A country road by day, with a grass verge on the viewer's side."""
    street.sky(c)
    street.hills(c)
    for x in (90, 430, 860, 1200):
        street.tree(c, x, 452, 240)
    street.road(c, pavements=False)
    trace(c, "M0 668 H1280", WHITE, 5, (40, 40))


@scene("equ-auto-gilet")
def breakdown(stage):
    c = stage.back
    _country(c)
    car, lorry = Curve((0, 120), (3, 620), end=0), Curve((3.4, 1800), (8, -700))

    def draw(c, t):
        ride(c, side.truck, lorry, t, street.FAR_LANE - 6, 0.9, left=True, driver=SAMI)
        ride(
            c,
            side.car,
            car,
            t,
            690,
            1.35,
            colour=TEAL,
            driver=DAD,
            brake=slowing(car, t) and t < 3,
            hazard=t > 2 and blink(t),
        )
        if t > 2:
            weather.smoke(c, car(t) + 190, 560, t, "#E4EAEE", rise=130, drift=30)
        with at(c, 1110, 190):
            medallion(c, _folded_vest, 120, appear(t, 4.4))

    return draw


def _folded_vest(c):
    """A high-visibility vest, folded."""
    box(c, -74, -52, 148, 112, "#E6D22E", 14)
    box(c, -74, -52, 148, 100, "#F4E04D", 14)
    for y in (-18, 18):
        box(c, -74, y, 148, 16, "#DDE4E8")
    shape(c, "M-34 -52 L0 -22 L34 -52 Z", "#D8C11F")
    trace(c, "M0 -22 V46", "#BFA916", 4)


@scene("equ-auto-triangle")
def placing_triangle(stage):
    c = stage.back
    _country(c)
    haddad = DAD | {"vest": "#F4E04D", "hair": "#3A2F2A"}
    away = Curve((0.4, 1010), (8, 250))
    stage.camera = lambda t: (700, 407, 1.15)

    def draw(c, t):
        with at(c, 1136, 684, 0.66):
            side.car(c, RED, hazard=blink(t))
        x = away(t)
        if x < 930:
            trace(c, f"M{x + 16} 584 H1006", WHITE, 6, (18, 14))
            for end in (x + 16, 1008):
                trace(c, f"M{end} 568 V600", WHITE, 6)
            street.tag(c, "? m", (x + 1024) / 2, 545, 38)
        walk(c, haddad, away, t, 700, 0.86, hold={"hands": ((16, -74), None)})
        with at(c, x - 15, 700 - 26, 1.05):
            signs.warning_triangle(c)

    return draw


@scene("equ-auto-ceinture")
def three_belts(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#39414E")
    box(c, 0, 70, 1280, 230, "#9CC3D2")
    box(c, 0, 270, 1280, 50, "#A5C47F")
    for k in range(3):
        x = 225 + k * 415
        box(c, x - 76, 215, 152, 130, "#4C5565", 40)
        box(c, x - 165, 330, 330, 410, "#5B6472", 70)
    passengers = (LINA | {"top": "#E9783F"}, TOM | {"top": "#6BA368"}, SAMI | {"top": "#E7C65A"})

    def draw(c, t):
        for k, look in enumerate(passengers):
            come = ease(t, 0.3 + k * 2.2, 1.3 + k * 2.2)
            if not come:
                continue
            with at(c, 225 + k * 415, 600 + 90 * (1 - come), 3.5):
                c.saveLayerAlpha(None, round(255 * come)) if come < 1 else c.save()
                seated(c, look, gaze=0.4 * sin(t + k))
                limb(c, "#23272F", 6, (-19, -3), (19, -3))
                box(c, 13, -9, 9, 13, "#D8412F", 2)
                if k == 0:
                    limb(c, "#23272F", 6, (-27, -34), (-18, -36), (16, -6))
                    limb(c, look.top, 12, (-17, -46), (-27, -26), (-25, -20))
                    limb(c, "#23272F", 6, (-30, -60), (-31, -40), (-29, -34))
                elif k == 1:
                    limb(c, "#23272F", 6, (-27, -66), (-21, -52))
                else:
                    limb(c, "#23272F", 6, (-22, -66), (-13, -55), (15, -6))
                c.restore()
            with at(c, 225 + k * 415, 668):
                disc(c, 0, 0, 40 * come, "#2F4858")
                text(c, str(k + 1), 0, 18 * come, 50 * come, WHITE)

    return draw


_WINDOW = path("M150 60 H760 L1000 300 V330 H150 Z")


def _inside(c):
    """The inside of a car seen from the driver's seat, towards the passenger's door: window, windscreen, dashboard."""
    box(c, 0, 0, 1280, 720, "#39414E")
    c.drawPath(_WINDOW, fill("#BFE1F2"))
    box(c, 150, 300, 850, 30, "#A5C47F")
    shape(c, "M760 60 L1000 300 V330 H1280 V0 H760 Z", "#39414E")
    shape(c, "M820 60 L1060 300 L1280 330 V60 Z", "#CBE4EE")
    shape(c, "M930 330 Q1010 296 1280 300 V720 H1010 Q960 560 930 330 Z", "#2B303A")
    shape(c, "M944 336 Q1010 306 1120 304 L1130 330 Q1030 332 956 372 Z", "#4C5462")
    box(c, 1040, 364, 190, 62, "#3A414D", 14)
    text(c, "AIRBAG", 1135, 406, 36, "#DDE3E6")


@scene("equ-auto-appui-tete")
def head_restraint(stage):
    c = stage.back
    _inside(c)
    rise = Curve((0.4, 36), (1.4, 36), (2.4, 16), (3.4, 16), (4.4, -3), (5.4, -3), (6.4, 16), (7.6, 36))
    woman = MUM | {"cut": "short", "top": "#7A5AA8"}

    def draw(c, t):
        with at(c, 560, 700, 3.7):
            _seat_without_rest(c)
            with at(c, 0, 0, 1):
                y = rise(t)
                for dx in (0, 7):
                    limb(c, "#9AA3AD", 2.4, (-37 + dx, -124), (-40 + dx, -132 + y * 0.6))
                box(c, -50, -150 + y, 19, 34, "#3F4754", 8)
            person(c, woman, SIT | {"hip": (2, -50), "lean": -7, "nod": 7, "hands": ((34, -60), (32, -58))})
            limb(c, "#23272F", 5, (-13, -100), (16, -54))
            limb(c, "#23272F", 5, (-8, -46), (14, -54))
        trace(c, "M290 120 V310", "#F4BE3B", 10)
        polygon(c, "#F4BE3B", (264, 122), (316, 122), (290, 78))
        polygon(c, "#F4BE3B", (264, 308), (316, 308), (290, 352))

    return draw


def _seat_without_rest(c):
    """A car seat from the side, on its rail, without its head restraint."""
    colour = "#5B6472"
    box(c, -24, -28, 56, 28, "#3A414D", 5)
    shape(c, "M-30 -34 Q-34 -48 -20 -46 H38 Q46 -44 44 -34 Q42 -22 32 -22 H-18 Q-28 -24 -30 -34 Z", colour)
    shape(c, "M-24 -30 L-46 -116 Q-48 -128 -36 -128 Q-26 -128 -24 -118 L-6 -40 Z", shade(colour, -0.1))


@scene("equ-auto-airbag")
def feet_on_dashboard(stage):
    c = stage.back
    _inside(c)
    rest = SIT | {"hip": (2, -50), "lean": -20, "nod": 14, "hands": ((20, -62), (18, -60))}

    def draw(c, t):
        c.save()
        c.clipPath(_WINDOW, doAntiAlias=True)
        for k in range(5):
            street.tree(c, 1160 - (t * 260 + k * 290) % 1450, 330, 190)
        c.restore()
        up = ease(t, 1.6, 3.4)
        with at(c, 600, 700, 3.5):
            with at(c, -8, -30, turn=-13):
                c.translate(8, 30)
                _seat_without_rest(c)
                box(c, -54, -158, 19, 32, "#3F4754", 8)
            far = ease(t, 2.4, 4.2)
            feet = tuple((60 + 66 * part, -6 - 100 * part - 24 * part * (1 - part)) for part in (up, far))
            person(
                c,
                TOM | {"top": "#E9783F", "bottom": "#3D5E8C"},
                rest | {"feet": feet, "soles": (-50 * up, -50 * far), "hip": (2 + 14 * far, -50)},
            )
            limb(c, "#23272F", 5, (-26, -100), (20, -52))
            limb(c, "#23272F", 5, (-8, -44), (20, -52))

    return draw


@scene("equ-auto-rehausseur")
def child_and_car(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.house(c, 90, 330)
    street.tree(c, 520, 452, 250)
    box(c, 0, street.FRONT, 1280, 300, street.GRASS)
    box(c, 0, 520, 1280, 210, "#CFC8BA")
    with at(c, 860, 640, 1.5):
        side.car(c, "#7A5AA8")
        shape(c, "M-146 -34 L-146 -100 L-114 -136 Q-106 -143 -94 -143 L-36 -143 L-36 -34 Z", "#2B303A")
        with at(c, -96, -14, 0.72):
            side.seat(c, "#7C8693")
        shape(c, "M-34 -32 L-34 -98 L-26 -142 L0 -150 L4 -98 L6 -24 Z", shade("#7A5AA8", -0.12))
        shape(c, "M-28 -98 L-21 -136 L-4 -142 L-2 -98 Z", side.PANE)
    lilou = LINA | {"height": 116, "top": "#E58AA0", "bag": "#F4BE3B"}
    girl, dad = Curve((0, 60), (4.2, 650), end=0), Curve((0, -60), (4.2, 530), end=0)

    def draw(c, t):
        walk(c, DAD, dad, t, 700, 1.55, hold={"hands": ((26, -76), None)})
        walk(c, lilou, girl, t, 706, 1.55)
        come = ease(t, 4.2, 4.8)
        if come:
            street.tag(c, "6 ans", 650, 706 - 222 * come, 36)

    return draw


@scene("equ-auto-pare-brise")
def frosted_windscreen(stage):
    c = stage.back
    VIEW.land(c, grass="#E4ECEF")
    VIEW.road(c, -4.8, 2.2, pavement=2.4, asphalt="#8B949E")
    VIEW.town(c, 4, -7.2, 4.6)
    ahead.dashboard(stage.front, lambda c: ahead.needle(c, 0.0), skin="#E3AC84", sleeve="#D8412F")
    frost = _frost()

    def draw(c, t):
        with VIEW.at(c, -5 + 0.9 * (t - 3.4), 9):
            side.cyclist(c, SAMI | {"helmet": TEAL}, t * 75)
        done = ease(t, 2, 4.6)
        c.saveLayer(skia.Rect.MakeLTRB(0, 0, 1280, 620))
        c.drawImage(frost, 0, 0)
        if done:
            c.drawPath(path(f"M190 370 H{190 + 340 * done:.0f}"), _CLEAR)
        c.restore()
        x = 190 + 340 * done
        if 1.2 < t < 5.6:
            back = 260 * (1 - ease(t, 1.2, 2)) + 300 * ease(t, 4.8, 5.6)
            with at(c, x, 370 - back):
                box(c, -16, -74, 34, 148, "#2F6FB3", 8)
                limb(c, "#D8412F", 30, (6, -30), (70, -190), (120, -330))
                limb(c, "#E9B48E", 26, (6, -10), (20, -50))

    return draw


def _frost():
    """An image of frost, as large as the windscreen."""
    surface = skia.Surface(1280, 620)
    c = surface.getCanvas()
    box(c, 0, 0, 1280, 620, "#E6F0F5F4")
    for k in range(70):
        for turn in (0, 60, 120):
            with at(c, (k * 197) % 1280, (k * 131) % 600, turn=turn + k * 7):
                limb(c, "#FFFFFFB0", 3, (-24 - k % 3 * 8, 0), (24 + k % 3 * 8, 0))
    return surface.makeImageSnapshot()
