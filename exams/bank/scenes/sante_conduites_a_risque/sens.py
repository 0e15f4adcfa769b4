"""Scenes of « santé et conduites à risque » : sight, hearing, heat."""

from math import sin

import skia

from exams.bank.scenes.kit import ahead, side, signs, street, weather
from exams.bank.scenes.kit.actors import ride, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import BLUE, RED, WHITE, at, box, disc, glow, limb, oval, shape, text
from exams.bank.scenes.kit.motion import Curve, during, ease
from exams.bank.scenes.kit.people import AWA, LINA, MUM, TOM, facing
from exams.bank.scenes.registry import scene


def _out_of_focus(width, height, blur, draw):
    """What ``draw`` draws standing on the origin, in centimetres, blurred once: a picture of ``width`` by ``height``."""
    surface = skia.Surface(width, height)
    c = surface.getCanvas()
    c.translate(width / 2, height - 40)
    c.saveLayer(None, skia.Paint(ImageFilter=skia.ImageFilters.Blur(blur, blur)))
    draw(c)
    c.restore()
    return surface.makeImageSnapshot()


def _standing(c, image):
    """Draw such a picture on the origin."""
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    c.drawImage(image, -image.width() / 2, 40 - image.height(), smooth)


@scene("san-vue-floue")
def short_sighted(stage):
    view = View(height=1.45, horizon=300)
    sign = _out_of_focus(300, 440, 15, lambda c: signs.pole(c, signs.no_bikes, height=300, size=1.5))
    people = [_out_of_focus(200, 300, 9, lambda c, k=k: facing(c, AWA | {"bag": None}, k / 6, 0.8)) for k in range(6)]

    def draw(c, t):
        gone = 3.4 * t
        view.land(c)
        view.road(c, -5.4, 1.6, pavement=2.4)
        view.town(c, gone, -7.8, 4.0)
        view.dashes(c, -1.9, gone)
        with view.at(c, 3.2, 40 - gone):
            _standing(c, people[int(t * 5.4) % 6])
        with view.at(c, 2.5, 33 - gone):
            _standing(c, sign)
        ahead.handlebar(c, "#8A5638", "#6BA368", turn=1.5 * sin(t * 1.6))

    return draw


def _dazzle():
    """The light of a low sun over the whole picture, painted once: large gradients are dear to draw."""
    surface = skia.Surface(1280, 720)
    c = surface.getCanvas()
    c.drawCircle(700, 232, 900, glow("#FFF2C4FF", 700, 232, 900))
    c.drawCircle(700, 232, 420, glow("#FFFFFFFF", 700, 232, 420))
    shape(c, "M676 300 H724 L980 720 H420 Z", "#FFF6D690")
    for x, y, r in ((560, 390, 34), (480, 470, 54), (800, 160, 26)):
        disc(c, x, y, r, "#FFFFFF30")
    return surface.makeImageSnapshot()


@scene("san-velo-soleil")
def low_sun(stage):
    view, dazzle = View(height=1.5, horizon=300), _dazzle()

    def draw(c, t):
        gone = 3.6 * t
        view.land(c, "evening", "#6E7F4A")
        view.road(c, -5.2, 1.8, asphalt="#5B5F68", edges=True)
        view.dashes(c, -1.7, gone)
        view.trees(c, gone, 7.5)
        c.drawImage(dazzle, 0, 0)
        disc(c, 700, 232, 74 + 3 * sin(t * 5), WHITE)
        with view.at(c, 1.0, 40 - gone):
            c.saveLayerAlpha(skia.Rect.MakeLTRB(-130, -160, 130, 30), 92)
            ahead.car_from(c, "#8A7F62")
            c.restore()
        ahead.handlebar(c, "#E3AC84", "#7A5AA8", turn=1.5 * sin(t * 1.6))

    return draw


@scene("san-oreilles-concert")
def ringing_ears(stage):
    c = stage.back
    street.sky(c, "night")
    street.front(c, 0, 500, 400, "#5B4A66", floors=3, dark=True, door=None)
    box(c, 60, 176, 380, 60, "#D8557A", 8)
    text(c, "CONCERT", 250, 222, 46, WHITE)
    box(c, 150, 270, 200, 160, "#FFE0A0", 4)
    street.fronts(c, 1300, 510, dark=True, lit=5, seed=2)
    street.road(c)
    weather.darkness(c, 0.22)
    weather.shine(c, 250, 350, 280, "#FF9FC070")
    stage.camera = lambda t: (600, 424, 1.18)
    zoe = LINA | {"bag": None, "top": "#F0B63F", "height": 160}
    x, car = Curve((0.4, 250), (6.6, 730), end=0), Curve((4, -420), (8, 420), start=200)

    def draw(c, t):
        if t > 3.8:
            ride(c, side.car, car, t, street.NEAR_LANE, 1.15, colour="#2D8C8C", driver=MUM, beam=True)
        if t < 4:
            weather.waves(c, 250, 350, t, start=60, step=50, turn=0, spread=100, colour="#FF9FC0")
        press = 1 - ease(t, 5.4, 6.2)
        hands = ((4, -140), (6, -138)) if press > 0.5 else (None, None)
        walk(c, zoe, x, t, 486, 1.45, left=False, hold={"hands": hands, "nod": 10 * press, "elbow": -1})
        for turn in (-90, 90):
            weather.waves(
                c, x(t) + 4, 486 - 214, t, count=2, start=34, step=16, turn=turn + 90, spread=90, colour="#F4E04D"
            )

    return draw


@scene("san-velo-chaleur")
def heat(stage):
    c = stage.back
    street.sky(c)
    street.hills(c, "#C9B26A")
    disc(c, 250, 110, 150, "#FFF3C470")
    disc(c, 250, 110, 84, "#F9D65C")
    box(c, 0, street.FRONT, 1280, 300, "#D3BC74")
    box(c, 0, 500, 1280, 170, "#8A8680")
    for k in range(9):
        box(c, 20 + k * 150, 582, 80, 6, "#F4F3EC")
    malo = TOM | {"helmet": BLUE, "bag": None, "skin": "#E8A384", "tired": True}
    x = Curve((0, 60), (6, 640), (8, 720), end=20)

    def draw(c, t):
        for k in range(5):
            y = 498 - 5 * k + 2 * sin(t * 3 + k)
            limb(c, "#FFFFFF2C", 4, (60 + 230 * k, y), (220 + 230 * k, y - 2 * sin(t * 4 + k)))
        wipe = during(t, 4.6, 7.2, 0.5)
        rolled = x(t) / 1.6
        grip = (38 - 24 * wipe, -102 - 58 * wipe + 3 * sin(t * 8) * wipe)
        with at(c, x(t), 656, 1.6):
            side.cyclist(
                c,
                malo,
                rolled,
                bike="#D8412F",
                pose=side.pedalling(rolled / 62) | {"hands": (grip, side.GRIP), "nod": 0},
            )
        for k in range(4):
            fall = (t * 0.9 + k / 4) % 1
            oval(c, x(t) + 34 - 46 * fall - 6 * (k % 2), 656 - 262 + 80 * fall, 7, 11, "#8FD0F0")
        _thermometer(c, 1130, 330, ease(t, 0.4, 3))

    return draw


def _thermometer(c, x, y, part):
    """A thermometer that rises to 35 °C."""
    box(c, x - 90, y - 250, 190, 474, "#FFFFFFE0", 34)
    box(c, x - 52, y - 220, 44, 320, "#E4E8EA", 22)
    disc(c, x - 30, y + 110, 44, "#E4E8EA")
    high = 60 + 200 * part
    box(c, x - 42, y + 110 - high, 24, high, RED, 12)
    disc(c, x - 30, y + 110, 32, RED)
    for k in range(7):
        limb(c, "#4A515C", 4, (x, y - 190 + k * 40), (x + 22, y - 190 + k * 40))
    text(c, f"{round(22 + 13 * part)} °C", x + 4, y + 200, 44, "#1E2430")
