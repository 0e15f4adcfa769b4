"""Scenes of « vitesse »: mopeds and cars."""

from math import sin

from exams.bank.scenes.kit import above, ahead, plan, side, signs, speeding, street, things, weather
from exams.bank.scenes.kit.actors import drive, ride, walk
from exams.bank.scenes.kit.ahead import View
from exams.bank.scenes.kit.ink import (
    BLUE,
    GREEN,
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
    text,
)
from exams.bank.scenes.kit.motion import Curve, Route, ease, wave
from exams.bank.scenes.kit.people import AWA, CHILD, DAD, LINA, MUM, SAMI, TOM, Look, facing, person, walking
from exams.bank.scenes.registry import scene


@scene("vit-auto-arret")
def stopping_distance(stage):
    c = stage.back
    plan.ground(c)
    plan.roads(c, "M-10 340 H1290")
    plan.dashes(c, "M0 340 H1280")
    for x, width in ((-40, 320), (310, 330), (670, 300), (1000, 320)):
        plan.flat_roof(c, x, -110, width, 180, ("#C9C3BA", "#D3B9A2", "#BFC8C9", "#CFC3D6")[x % 4])
    for x in (80, 620, 860):
        plan.tree(c, x, 680)
    way = Route("M-200 408 H1000")
    part = Curve((0, 0), (1.6, 0.35), (3.2, 0.62), (6.4, 0.865), end=0, start=0.21)
    ball = Route("M1130 120 L1140 560")
    roll = Curve((1.4, 0), (7, 1), end=0)
    flags = ((1.6, "danger vu", "#D8412F"), (3.2, "début du freinage", "#F08A3C"), (6.5, "voiture arrêtée", "#2F6FB3"))

    def draw(c, t):
        drive(c, above.car, way, part, t, 0.46, colour=TEAL, brake=t > 3.2)
        if t > 1.4:
            x, y, _ = ball(roll(t))
            oval(c, x + 5, y + 9, 46, 40, "#10182838")
            with at(c, x, y):
                things.ball(c, 22, roll(t) * 700)
        for k, (when, words, colour) in enumerate(flags):
            if t > when:
                x = way(part(when))[0] + 97
                drop = 40 * (1 - ease(t, when, when + 0.4))
                limb(c, colour, 6, (x, 480 - drop), (x, 590 - drop))
                polygon(c, colour, (x - 9, 480 - drop), (x + 9, 480 - drop), (x, 462 - drop))
                street.tag(c, words, x, 612 + 52 * (k % 2) - drop, 30, WHITE, colour)

    return draw


@scene("vit-autoroute-pluie")
def wet_motorway(stage):
    view = View(height=1.3, horizon=290, centre=560)
    gone = Curve((0, 0), (7, 150))
    wet = Curve((2.5, 0), (4.2, 1), (8, 1))

    def draw(c, t):
        rain = wet(t)
        view.land(c, "rain" if rain > 0.4 else "day", "#86A868")
        view.road(c, -5.6, 4, edges=True, asphalt="#69717D" if rain < 0.5 else "#525C6B")
        view.patch(c, 4.3, 7, 0, 300, "#7B838E")
        view.dashes(c, -1.9, gone(t), 3, 10, 0.18)
        if rain > 0.3:
            for z in (6, 9, 14, 22):
                view.patch(c, -4.6 + z % 4, -1.5 + z % 4, z, z * 1.12, "#C4D3DE40")
        for side_x in (-6.6, 8):
            view.wall(c, side_x, 0.9, 200, 0.45, 0.85, "#B5BBC1")
        view.trees(c, gone(t), 15, 18, 150)
        for x, z, colour in ((-3.8, 30 - 1.2 * t, BLUE), (0.9, 19 - 0.4 * t, RED)):
            with view.at(c, x, z):
                ahead.car_from(c, colour, spray=rain > 0.4)
                if rain > 0.4:
                    weather.shine(c, -70, -70, 60, "#FF3B2B90")
                    weather.shine(c, 70, -70, 60, "#FF3B2B90")
        sign = 50 - gone(t)
        if sign > 1.6:
            with view.at(c, 5.4, sign):
                signs.pole(c, signs.speed(130), height=330, size=1.5)
        if rain:
            weather.rain(c, t, rain * 0.6)
            for k in range(int(30 * rain)):
                x, y = (k * 263) % 1240 + 20, (k * 149) % 500 + 40
                r = 3 + k % 4
                if (t * 0.9 + k * 0.13) % 1.4 > 0.35:
                    oval(c, x, y, r * 1.6, r * 2.2, "#EAF3F880")
            if t > 3.2:
                ahead.wiper(c, t - 3.2)
        ahead.dashboard(
            c, lambda c: things.question_mark(c, 84), turn=1.5 * sin(t * 1.4), skin=DAD.skin, sleeve=DAD.top
        )

    return draw


@scene("vit-auto-double")
def twice_as_fast(stage):
    c = stage.back
    plan.ground(c)
    line, start, metre, slow = 330, 2.6, 20, 0.55
    tracks = ((210, "60", BLUE, 16.7), (500, "120", RED, 33.3))
    for y, words, colour, _ in tracks:
        box(c, 0, y - 82, 1280, 164, plan.ASPHALT)
        plan.line(c, f"M0 {y - 78} H1280 M0 {y + 78} H1280", 5)
        plan.dashes(c, f"M0 {y} H1280", 40, 60, 3, "#8D959F")
        box(c, line - 5, y - 82, 10, 164, YELLOW)
        street.tag(c, f"{words} km/h", 130, y - 118, 36, WHITE, colour)
    street.tag(c, "freinage", line, 356, 30)

    def place(speed, t):
        gone = (t - start) * slow
        lost = min(max(gone, 0), speed / 7)
        return line - 70 + metre * (speed * min(gone, 0) + speed * lost - 3.5 * lost * lost)

    def draw(c, t):
        for y, _, colour, speed in tracks:
            x = place(speed, t)
            if t > start and x > line:
                for dy in (-30, 24):
                    box(c, line, y + dy, min(x, 1280) - line, 8, "#3A404B70")
            if x < 1400:
                with at(c, x, y, 0.34):
                    above.car(c, colour, brake=t > start)

    return draw


@scene("vit-pieton-choc")
def too_fast_in_town(stage):
    view = View(height=1.3, horizon=285, centre=600)
    way = Curve((0, 0), (8, 40))
    walkers = ((MUM, Curve((0, 6.2), (8, 3.9))), (CHILD, Curve((0, 5.6), (8, 3.4))))

    def draw(c, t):
        gone = way(t)
        z = 47 - gone
        view.land(c)
        view.road(c, -3, 3, pavement=2.6)
        view.town(c, gone, -5.6, 5.6)
        view.dashes(c, 0, gone, 2, 3)
        view.zebra(c, -3, 3, z - 1.5)
        for look, x in walkers:
            with view.at(c, x(t), z, flip=True):
                person(c, look, walking(x(t) / 1.8, 0.8))
        if 21 - gone > 2:
            with view.at(c, 3.4, 21 - gone):
                signs.pole(c, signs.speed(30), height=260, size=1)
        dial = lambda c: ahead.needle(c, 50 / 130, "50")  # noqa: E731
        ahead.dashboard(c, dial, turn=1.2 * sin(t * 1.3), skin=MUM.skin, sleeve="#2D8C8C")

    return draw


@scene("vit-auto-distance")
def following(stage):
    view = View(height=1.3, horizon=285, centre=560)
    gone, gap = Curve((0, 0), (8, 130)), Curve((0, 17), (3, 11), (6, 17), (8, 15))

    def draw(c, t):
        view.land(c)
        view.road(c, -4.9, 1.9, edges=True)
        view.dashes(c, -1.5, gone(t), 3, 7)
        view.trees(c, gone(t), 8, 22)
        for k in range(3, -1, -1):
            z = k * 24 + 24 - gone(t) % 24
            if z > 2:
                with view.at(c, 2.6, z):
                    box(c, -7, -100, 14, 100, WHITE, 3)
                    box(c, -7, -84, 14, 22, RED)
        far = gap(t)
        with view.at(c, 0.2, far):
            ahead.car_from(c, GREEN, brake=1.2 < t < 2.8)
        if t > 1:
            speeding.span(c, view, 0.2, 4.6, far - 1.2)
            x, y = view.spot(0.2, (4.6 + far) / 2)
            disc(c, x + 60, y + 10, 32, WHITE)
            text(c, "?", x + 60, y + 27, 46, "#D98F12")
        ahead.dashboard(c, lambda c: ahead.needle(c, 0.55), turn=1.2 * sin(t), skin=AWA.skin, sleeve="#F0B63F")

    return draw


@scene("vit-cyclo-limite")
def moped_on_country_road(stage):
    c = stage.back
    street.sky(c)
    street.hills(c)
    street.road(c, pavements=False)
    for x in (120, 520, 1120):
        street.tree(c, x, 474, 240)
    maxence = Curve((0, -160), (8, 640))
    car = Curve((1.4, -500), (5.4, 1700))

    def draw(c, t):
        ride(c, side.car, car, t, street.FAR_LANE + 6, 1.05, colour="#F4BE3B", driver=DAD)
        x = maxence(t)
        with at(c, x, street.NEAR_LANE + 8, 1.3):
            side.moped(c, SAMI | {"helmet": RED, "full_face": True}, x / 1.3, colour=BLUE, beam=True)
        if t > 3:
            with at(c, x, 290, 0.3 + 0.7 * ease(t, 3, 3.5)):
                speeding.dial(c, 52 + 28 * wave(t - 3, 2.6), 120, "?", 92)
        with at(c, 980, 712, 1.5):
            signs.pole(c, signs.speed(80), height=250, size=1.2)

    return draw


@scene("vit-auto-brouillard")
def foggy_motorway(stage):
    view = View(height=1.3, horizon=285, centre=560)
    gone, thick = Curve((0, 0), (8, 150)), Curve((0, 0.25), (4, 1))
    lorry = Curve((0, 46), (8, 24))

    def draw(c, t):
        view.land(c, "rain", "#8FA878")
        view.road(c, -5.6, 4, edges=True)
        view.patch(c, 4.3, 7, 0, 300, "#7B838E")
        view.dashes(c, -1.9, gone(t), 3, 10, 0.18)
        for x in (-6.6, 8):
            view.wall(c, x, 0.9, 200, 0.45, 0.85, "#B5BBC1")
        view.trees(c, gone(t), 15, 18, 150)
        z = lorry(t)
        with view.at(c, 1.2, z):
            speeding.lorry_from(c)
        speeding.fog(c, view.horizon, thick(t))
        with view.at(c, 1.2, z):
            for x in (-100, 100):
                disc(c, x, -72, 16, "#FF4B38")
                weather.shine(c, x, -72, 80, "#FF3B2BC0")
        ahead.dashboard(c, lambda c: things.question_mark(c, 84), turn=1.2 * sin(t), skin=LINA.skin, sleeve=LINA.top)

    return draw


@scene("vit-auto-ecole")
def out_of_school(stage):
    view = View(height=1.3, horizon=285, centre=600)
    way = Curve((0, 0), (8, 20), end=2)
    bags = (RED, BLUE, "#F4BE3B", "#7A5AA8", "#3FA06B", "#E58AA0", TEAL)
    pupils = [
        (CHILD | {"top": top, "bag": bag, "cut": cut, "skin": skin}, x, z)
        for (top, cut, skin), bag, (x, z) in zip(
            (("#4C6FBF", "short", "#F0C09A"), ("#E9783F", "long", "#8A5638"), ("#2D8C8C", "short", "#D99C70")) * 3,
            bags,
            ((4.2, 32), (3.7, 28), (4.6, 25.5), (-4, 31), (-4.5, 26), (-3.8, 29), (4.1, 36)),
        )
    ]

    def draw(c, t):
        gone = way(t)
        view.land(c)
        view.road(c, -3, 3, pavement=2.6)
        view.town(c, gone, -5.6, 5.6)
        view.dashes(c, 0, gone, 2, 3)
        with view.at(c, 5.0, 31 - gone):
            box(c, -90, -420, 150, 60, "#2F4858", 6)
            text(c, "ÉCOLE", -15, -376, 42, WHITE)
        for k, (look, x, z) in enumerate(sorted(pupils, key=lambda entry: -entry[2])):
            pace = 1.1 if k % 3 else 2.2
            with view.at(c, x, z - gone - (pace if k % 2 else 0.2) * t * 0.16):
                facing(c, look, t * pace + k * 0.3, 1, back=k % 3 == 1, gaze=sin(t + k))
        with view.at(c, -3.5, 27 - gone):
            facing(c, CHILD | {"top": "#F4BE3B"}, gaze=1, hands={1: (30 + 8 * sin(t * 9), -175)})
        if 13 - gone > 2:
            with view.at(c, 3.4, 13 - gone):
                signs.pole(c, signs.children, height=260, size=1.1)
        dial = lambda c: ahead.needle(c, 0.36)  # noqa: E731
        ahead.dashboard(c, dial, turn=1.2 * sin(t * 1.1), skin="#C98A5B", sleeve="#7A5AA8")

    return draw


@scene("vit-cyclo-nuit")
def moped_by_night(stage):
    c = stage.back
    street.sky(c, "night")
    street.hills(c, "#2B3A44")
    street.road(c, pavements=False)
    for x in (220, 700, 1150):
        street.tree(c, x, 474, 260, "#2E4A38")
    weather.darkness(c, 0.62)
    yasmine, walker = Curve((0, -150), (8, 330)), Curve((0, 1010), (8, 1090))
    car = Curve((2, 1900), (8, 1180))
    dark = Look(skin="#3A3540", hair="#171B26", top="#262B3A", bottom="#1E2330", shoes="#2A2F3C")

    def draw(c, t):
        walk(c, dark, walker, t, 690, 1.15)
        with at(c, car(t), street.FAR_LANE, 0.9, flip=True):
            side.car(c, "#3A4256", car(t), beam=True, pane="#20283A")
            weather.shine(c, 196, -72, 110, "#FFF3C4E0")
        x = yasmine(t)
        with at(c, x, street.NEAR_LANE + 6, 1.3):
            side.moped(c, LINA | {"helmet": "#E58AA0", "full_face": True}, x / 1.3, colour=TEAL, beam=True)
            c.save()
            c.translate(250, 0)
            c.scale(1, 0.12)
            weather.shine(c, 0, 0, 210, "#FFF3C4C0")
            c.restore()

    return draw


@scene("vit-cyclo-debride")
def tampered_moped(stage):
    c = stage.back
    box(c, 0, 0, 1280, 720, "#8C97A3")
    for y in range(20, 520, 56):
        limb(c, "#7F8A96", 3, (0, y), (1280, y))
    box(c, 0, 540, 1280, 180, "#6B7380")
    box(c, 60, 110, 300, 14, "#A9743F", 3)
    for x in (100, 170, 310):
        box(c, x - 22, 60, 44, 50, ("#D8412F", "#F4BE3B", "#2D8C8C")[x % 3], 5)
    with at(c, 180, 560, 1.2):
        things.toolbox(c)
    spin = Curve((0, 0), (3.4, 0), (8, 5200), start=0)
    speed = Curve((0, 45), (3.4, 45), (7.6, 80), end=0)
    tool = Curve((0, 0), (1.4, 1), (3.2, 1), (4.2, 0), start=0)

    def draw(c, t):
        with at(c, 560, 600 + sin(t * 50) * min(2.5, spin.speed(t) / 600), 2.7, 3):
            side.moped_alone(c, RED)
            side.wheel(c, -58, 25, spin(t), "#8E98A3")
            limb(c, "#23272F", 7, (-8, -16), (-16, 12))
        if tool(t) > 0.02:
            off = 1 - tool(t)
            with at(c, 560 + 360 * off, 540 - 260 * off + 5 * sin(t * 14), 1):
                speeding.spanner(c)
                with at(c, 96, -74, 0.75):
                    things.hand(c, TOM.skin, TOM.top)
        with at(c, 1060, 250):
            speeding.dial(c, speed(t), 110, f"{round(speed(t))}", 150)
            text(c, "km/h", 0, 200, 34, WHITE)

    return draw


@scene("vit-auto-champ-visuel")
def narrowing_view(stage):
    view = View(height=1.3, horizon=285, centre=600)
    gone, speed = Curve((0, 0), (8, 105), start=5, end=20), Curve((0, 30), (8, 90))
    walker, bike = Curve((3, 5.2), (8, 3.7)), Curve((3, -5.3), (8, -3.9))

    def draw(c, t):
        view.land(c)
        view.road(c, -3, 3, pavement=2.6)
        view.town(c, gone(t), -5.6, 5.6)
        view.dashes(c, 0, gone(t), 2, 3)
        z = max(7, 112 - gone(t))
        if z < 60:
            with view.at(c, walker(t), z, flip=True):
                person(c, AWA, walking(walker(t) / 1.8, 0.8))
            with view.at(c, bike(t), z + 1):
                side.cyclist(c, TOM | {"helmet": RED}, bike(t) * 100)
        if t > 4:
            for x in (150, 1130):
                with at(c, x, 190, 0.2 + 0.8 * ease(t, 4, 4.5)):
                    things.badge(c, lambda c: things.question_mark(c, 80, "#F08A3C"), 58)
        dial = lambda c: ahead.needle(c, speed(t) / 130, f"{round(speed(t))}")  # noqa: E731
        ahead.dashboard(c, dial, turn=sin(t), skin=DAD.skin, sleeve=DAD.top)

    return draw


@scene("vit-conduite-accompagnee")
def learner(stage):
    view = View(height=1.3, horizon=285, centre=560)
    gone, other = Curve((0, 0), (8, 200)), Curve((2.4, 2), (8, 40))

    def draw(c, t):
        view.land(c)
        view.road(c, -5.4, 2.2, edges=True)
        view.patch(c, -17, -9, 0, 300, street.ASPHALT)
        view.dashes(c, -1.6, gone(t), 3, 10, 0.18)
        view.wall(c, -7, 0.9, 200, 0.45, 0.85, "#B5BBC1")
        view.wall(c, -7.2, 0.9, 200, 0.5, 0.7, "#8D949C")
        view.trees(c, gone(t), 20, 18, 150)
        with view.at(c, -12 + 0.2, max(6, 150 - 34 * t)):
            ahead.car_from(c, TEAL, front=True)
        if t > 2.4:
            with view.at(c, -3.6, other(t)):
                ahead.car_from(c, RED)
        sign = 95 - gone(t)
        if sign > 2:
            with view.at(c, 3.6, sign):
                signs.pole(c, signs.speed(110), height=300, size=1.4)
        dial = lambda c: things.question_mark(c, 84)  # noqa: E731
        ahead.dashboard(c, dial, turn=sin(t), skin="#C98A5B", sleeve="#4C6FBF")
        with at(c, 1110, 1010, 3.3):
            facing(c, MUM | {"skin": "#C98A5B", "hair": "#2B1D18"}, back=True)

    return draw
