"""Vehicles and riders seen from the side, in centimetres: they stand on y = 0, their middle at x = 0, and go right.

``rolled`` is the distance gone (cm): it turns wheels and pedals.
"""

from math import cos, pi, sin

import skia

from .above import AMBER, LAMP, TYRE
from .ink import at, box, disc, fill, glow, limb, oval, path, ring, shade, shadow, shape, trace
from .people import Look, Point, Pose, person

PANE, PANE_DARK = "#BFDDE8", "#35465A"


def wheel(c: skia.Canvas, x: float, radius: float, rolled: float, rim: str = "#B9C0C7") -> None:
    """A car's wheel whose lowest point is on the ground."""
    with at(c, x, -radius):
        disc(c, 0, 0, radius, TYRE)
        disc(c, 0, 0, radius * 0.64, rim)
        for k in range(5):
            angle = rolled / radius + k * 2 * pi / 5
            limb(c, shade(rim, -0.35), radius * 0.13, (0, 0), (radius * 0.55 * cos(angle), radius * 0.55 * sin(angle)))
        disc(c, 0, 0, radius * 0.16, shade(rim, -0.5))


def _lamp(c: skia.Canvas, x: float, y: float, colour: str, reach: float) -> None:
    c.drawCircle(x, y, reach, glow(colour, x, y, reach))


def _seen_through(c: skia.Canvas, panes: str, riders: list[tuple[Look, float, float]], pane: str) -> None:
    """Windows, and the heads and shoulders behind them: (look, x, y of the hips)."""
    c.drawPath(path(panes), fill(pane))
    c.save()
    c.clipPath(path(panes), doAntiAlias=True)
    for look, x, y in riders:
        with at(c, x, y + 52):
            person(c, look, Pose(hip=(0, -52), lean=-8, nod=8, feet=((46, -8), (42, -8)), hands=((40, -78), (38, -78))))
    c.restore()


def car(
    c: skia.Canvas,
    colour: str = "#D8412F",
    rolled: float = 0,
    *,
    driver: Look | None = None,
    passenger: Look | None = None,
    brake=False,
    hazard=False,
    left=False,
    beam=False,
    door: float = 0,
    pane: str = PANE,
) -> None:
    """A family car, 4.2 m long. ``passenger`` sits in the back; ``door`` (0 to 1) opens the front one."""
    shadow(c, 0, 2, 450, 34, 1.4)
    body = (
        "M-208 -40 C-212 -66 -208 -84 -196 -92 C-176 -98 -168 -100 -160 -106 L-122 -140 C-112 -148 -98 -151 -80 -151 "
        "L16 -151 C36 -151 48 -146 62 -134 L100 -102 C140 -96 178 -90 194 -80 C208 -70 210 -54 206 -34 L200 -26 L-200 -26 Z"
    )
    shape(c, body, colour)
    shape(c, "M-208 -40 L206 -40 L200 -24 L-200 -24 Z", shade(colour, -0.3))
    shape(c, "M-196 -92 C-100 -84 60 -84 194 -80 L200 -72 C80 -76 -90 -76 -204 -80 Z", shade(colour, 0.16))
    riders = [(driver, 4, -48)] if driver else []
    riders += [(passenger, -78, -48)] if passenger else []
    _seen_through(c, "M-142 -104 L-112 -134 Q-106 -141 -94 -141 L-44 -141 L-44 -102 Z", riders, pane)
    _seen_through(c, "M-32 -102 L-32 -141 L14 -141 Q30 -141 42 -132 L82 -102 Z", riders, pane)
    shape(c, "M20 -139 L32 -136 L2 -104 L-14 -104 Z", "#FFFFFF38")
    for x in (-38, 86):
        trace(c, f"M{x} -98 V-42", shade(colour, -0.3), 2)
    box(c, -28, -88, 20, 5, shade(colour, -0.4), 2)
    box(c, -134, -88, 20, 5, shade(colour, -0.4), 2)
    shape(c, "M84 -106 L98 -116 Q106 -114 104 -104 Z", shade(colour, -0.25))
    shape(c, "M172 -84 Q194 -80 202 -68 L184 -68 Q174 -72 172 -84 Z", LAMP)
    shape(c, "M-207 -82 L-192 -84 L-194 -64 L-209 -62 Z", "#FF4B38" if brake else "#A32B22")
    if brake:
        _lamp(c, -206, -74, "#FF3B2BC0", 60)
    if hazard or left:
        for x in (-202, 190):
            disc(c, x, -74, 8, AMBER)
            _lamp(c, x, -74, "#FFA91FC0", 52)
    if beam:
        c.drawPath(path("M192 -80 L620 -110 L620 -2 L192 -66 Z"), glow("#FFF3C480", 192, -74, 420))
    for x in (-128, 130):
        disc(c, x, -34, 40, "#23272F")
        wheel(c, x, 34, rolled)
    if door:
        with at(c, 84, 0):
            c.scale(max(0.12, 1 - door * 0.66), 1)
            shape(
                c, "M-122 -30 L-122 -98 L-112 -144 L-70 -144 Q-54 -144 -40 -134 L0 -102 L4 -30 Z", shade(colour, -0.12)
            )
            shape(c, "M-112 -102 L-106 -137 L-70 -137 Q-58 -137 -48 -129 L-14 -102 Z", pane)


def open_car(c: skia.Canvas, colour: str = "#2F6FB3") -> None:
    """A parked family car whose two right-hand doors are wide open: seats inside, a booster in the back."""
    car(c, colour)
    shape(
        c, "M-146 -34 L-146 -100 L-114 -136 Q-106 -143 -94 -143 L14 -143 Q32 -143 44 -134 L84 -102 L88 -34 Z", "#2B303A"
    )
    shape(c, "M-34 -143 L-26 -143 L-26 -34 L-34 -34 Z", shade(colour, -0.25))
    for x in (-100, 16):
        with at(c, x, -14, 0.72):
            seat(c, "#7C8693")
    box(c, -112, -60, 46, 16, "#F4BE3B", 6)
    trace(c, "M-112 -56 H-66", "#C98F1E", 3)
    for x in (-34, 88):
        shape(c, f"M{x} -32 L{x} -98 L{x + 8} -142 L{x + 34} -150 L{x + 38} -98 L{x + 40} -24 Z", shade(colour, -0.12))
        shape(c, f"M{x + 6} -98 L{x + 13} -136 L{x + 30} -142 L{x + 32} -98 Z", PANE)


def van(
    c: skia.Canvas, colour: str = "#F1F1EC", rolled: float = 0, *, driver: Look | None = None, right=False, brake=False
):
    """A delivery van, 5.6 m long."""
    shadow(c, 0, 2, 590, 38, 1.4)
    shape(
        c,
        "M-278 -30 L-278 -236 Q-278 -250 -262 -250 L110 -250 Q138 -250 156 -228 L206 -140 Q262 -130 272 -108 L278 -30 Z",
        colour,
    )
    shape(c, "M-278 -46 L277 -46 L276 -26 L-278 -26 Z", shade(colour, -0.3))
    riders = [(driver, 96, -84)] if driver else []
    _seen_through(c, "M74 -140 L74 -226 L112 -226 Q128 -226 138 -212 L180 -140 Z", riders, PANE)
    trace(c, "M62 -238 V-44 M-120 -238 V-44", shade(colour, -0.16), 3)
    box(c, -262, -150, 320, 26, "#2F6FB3")
    shape(c, "M256 -120 Q272 -110 274 -92 L258 -92 Z", LAMP)
    box(c, -278, -120, 10, 40, "#FF4B38" if brake else "#A32B22", 3)
    if right:
        for x in (-272, 264):
            disc(c, x, -78, 9, AMBER)
            _lamp(c, x, -78, "#FFA91FC0", 60)
    for x in (-176, 176):
        disc(c, x, -36, 44, "#23272F")
        wheel(c, x, 37, rolled)


def bus(
    c: skia.Canvas,
    colour: str = "#F4BE3B",
    rolled: float = 0,
    *,
    driver: Look | None = None,
    doors: float = 0,
    left=False,
    brake=False,
    stripe: str = "#2F4858",
) -> None:
    """A coach, 11 m long, seen from its right side; ``doors`` (0 to 1) opens the front one."""
    shadow(c, 0, 4, 1140, 46, 1.4)
    shape(c, "M-550 -34 L-550 -290 Q-550 -318 -522 -318 L500 -318 Q536 -318 542 -284 L552 -150 L550 -34 Z", colour)
    box(c, -550, -128, 1100, 30, stripe)
    for x in range(-520, 300, 138):
        box(c, x, -276, 124, 116, PANE, 10)
        shape(c, f"M{x + 84} -276 L{x + 108} -276 L{x + 60} -160 L{x + 36} -160 Z", "#FFFFFF30")
    riders = [(driver, 492, -140)] if driver else []
    _seen_through(c, "M470 -284 L516 -284 Q530 -284 532 -270 L542 -150 L470 -150 Z", riders, PANE)
    box(c, 338, -290, 112, 256, "#2B3440", 8)
    for k in (0, 1):
        width = 54 * (1 - doors * 0.72)
        x = 340 if k == 0 else 448 - width
        box(c, x, -286, width, 248, shade(colour, -0.1), 5)
        box(c, x + 6, -272, max(width - 12, 2), 190, PANE, 5)
    shape(c, "M530 -92 L550 -92 L550 -66 L528 -66 Z", LAMP)
    box(c, -550, -104, 12, 44, "#FF4B38" if brake else "#A32B22", 3)
    if left:
        for x in (-540, 536):
            disc(c, x, -52, 10, AMBER)
            _lamp(c, x, -52, "#FFA91FC0", 70)
    for x in (-330, 250):
        disc(c, x, -46, 56, "#23272F")
        wheel(c, x, 48, rolled)


def truck(
    c: skia.Canvas, colour: str = "#2F6FB3", rolled: float = 0, *, driver: Look | None = None, right=False, brake=False
):
    """A delivery lorry, 8.4 m long."""
    shadow(c, 0, 4, 880, 44, 1.4)
    box(c, -420, -330, 590, 270, "#EDEAE0", 8)
    for x in range(-390, 160, 70):
        box(c, x, -322, 6, 254, "#D9D5C8")
    box(c, -420, -66, 640, 20, "#3A4150")
    shape(c, "M184 -40 L184 -262 Q184 -284 206 -284 L350 -284 Q376 -284 384 -256 L414 -150 L418 -40 Z", colour)
    riders = [(driver, 290, -130)] if driver else []
    _seen_through(c, "M262 -160 L262 -256 L346 -256 Q360 -256 366 -240 L388 -160 Z", riders, PANE)
    shape(c, "M400 -96 L416 -96 L418 -68 L400 -68 Z", LAMP)
    box(c, -426, -100, 12, 40, "#FF4B38" if brake else "#A32B22", 3)
    if right:
        for x in (-420, 408):
            disc(c, x, -52, 10, AMBER)
            _lamp(c, x, -52, "#FFA91FC0", 70)
    for x in (-290, -180, 300):
        disc(c, x, -46, 54, "#23272F")
        wheel(c, x, 46, rolled)


def _thin_wheel(c: skia.Canvas, x: float, radius: float, rolled: float) -> None:
    with at(c, x, -radius):
        ring(c, 0, 0, radius - 2, TYRE, 5)
        for k in range(6):
            angle = rolled / radius + k * pi / 3
            limb(c, "#8E98A3", 1, (0, 0), ((radius - 4) * cos(angle), (radius - 4) * sin(angle)))
        disc(c, 0, 0, 3.5, "#8E98A3")


CRANK = (-6, -29)
GRIP, SADDLE = (38, -102), (-24, -97)


def bicycle(
    c: skia.Canvas,
    colour: str = "#2D8C8C",
    rolled: float = 0,
    *,
    pedal: float = 0,
    lamps=False,
    glowing=False,
    bell=False,
    basket=False,
) -> None:
    """A bicycle on its own; ``pedal`` is the angle of the crank in radians."""
    for x in (-50, 54):
        _thin_wheel(c, x, 34, rolled)
    trace(c, "M-50 -34 L-18 -80 L32 -84 L-6 -29 Z M-24 -94 L-6 -29", colour, 5.5)
    trace(c, "M54 -34 L30 -96", shade(colour, -0.2), 5.5)
    trace(c, "M30 -96 L28 -103 L38 -103", "#2A2F38", 4.5)
    limb(c, "#23272F", 6, (28, -104), (39, -103))
    box(c, -38, -99, 28, 7, "#23272F", 3)
    ring(c, *CRANK, 8, "#4A515C", 3)
    for turn in (pedal, pedal + pi):
        foot = (CRANK[0] + 17 * cos(turn), CRANK[1] + 17 * sin(turn))
        limb(c, "#4A515C", 3, CRANK, foot)
        box(c, foot[0] - 6, foot[1] - 2, 12, 4, "#23272F", 2)
    if basket:
        box(c, 38, -100, 30, 24, "#B5834F", 4)
    if lamps or glowing:
        box(c, 38, -92, 10, 9, "#E9EEF0", 3)
        box(c, -46, -88, 8, 9, "#D8412F", 3)
    if glowing:
        c.drawPath(path("M46 -90 L330 -120 L330 -4 L46 -84 Z"), glow("#FFF6D690", 46, -88, 280))
        _lamp(c, -44, -84, "#FF3B2BC0", 26)
    if bell:
        disc(c, 26, -107, 4, "#D9DEE3")


def pedalling(turn: float, *, look_back: float = 0, arm: str | None = None, upright: float = 0) -> Pose:
    """The pose of a cyclist whose crank is at ``turn`` radians; ``arm``: "out" points ahead, "brake" pulls the levers."""
    feet = tuple((CRANK[0] + 17 * cos(a) + 2, CRANK[1] + 17 * sin(a) + 1) for a in (turn, turn + pi))
    hand = {"out": (66, -128)}.get(arm, GRIP)
    return Pose((SADDLE[0], SADDLE[1] - 4), 26 - upright, -14 + upright / 2 - look_back, (hand, GRIP), feet, (6, 6))


def foot_down() -> Pose:
    """The pose of a cyclist who has stopped, one foot on the ground."""
    return Pose((-10, -92), 18, -8, (GRIP, GRIP), ((-2, 0), (CRANK[0] + 15, CRANK[1] + 4)), (0, 0))


def cyclist(
    c: skia.Canvas,
    look: Look,
    rolled: float = 0,
    *,
    bike: str = "#2D8C8C",
    pose: Pose | None = None,
    glowing=False,
    basket=False,
    stopped=False,
) -> None:
    """Somebody riding a bicycle."""
    shadow(c, 2, 1, 170, 14)
    turn = rolled / 62
    bicycle(c, bike, rolled, pedal=0.3 if stopped else turn, glowing=glowing, lamps=glowing, basket=basket)
    person(c, look, pose or (foot_down() if stopped else pedalling(turn)))


def kick_scooter(c: skia.Canvas, rolled: float = 0, colour: str = "#3A414D", glowing=False) -> None:
    """An electric scooter on its own."""
    for x in (-46, 46):
        disc(c, x, -11, 11, TYRE)
        disc(c, x, -11, 4, "#9AA3AD")
    trace(c, "M-46 -14 L-38 -18 H34 L44 -16", colour, 8)
    trace(c, "M44 -16 L34 -112", colour, 6)
    limb(c, "#23272F", 6, (26, -112), (36, -113))
    box(c, 36, -104, 8, 8, "#E9EEF0", 2)
    box(c, -56, -22, 8, 6, "#D8412F", 2)
    if glowing:
        c.drawPath(path("M44 -100 L300 -130 L300 -4 L44 -94 Z"), glow("#FFF6D690", 44, -98, 250))


def riding_scooter(*, look_back: float = 0, one_hand: Point | None = None) -> Pose:
    """The pose of somebody standing on an electric scooter."""
    grip = (29, -114)
    return Pose((-8, -104), 6, -look_back, (one_hand or grip, grip), ((8, -19), (-18, -19)))


def scooter(
    c: skia.Canvas, look: Look, rolled: float = 0, *, pose: Pose | None = None, colour: str = "#3A414D", glowing=False
):
    """Somebody on an electric scooter."""
    shadow(c, 0, 1, 130, 12)
    kick_scooter(c, rolled, colour, glowing)
    person(c, look, pose or riding_scooter())


def moped_alone(
    c: skia.Canvas, colour: str = "#3C6E71", rolled: float = 0, *, mirror=True, beam=False, brake=False, loud=False
):
    """A moped with two seats, on its own."""
    for x in (-58, 62):
        wheel(c, x, 25, rolled, "#8E98A3")
    trace(c, "M62 -25 L46 -78 L38 -104", "#4A515C", 7)
    shape(
        c,
        "M-88 -62 Q-94 -84 -70 -86 L-10 -80 Q6 -78 8 -60 L14 -34 H34 Q40 -34 42 -44 L44 -78 Q52 -92 58 -80 L54 -30 "
        "Q50 -18 36 -18 H-6 Q-20 -18 -26 -34 Q-40 -54 -62 -52 Q-84 -50 -88 -62 Z",
        colour,
    )
    shape(c, "M42 -52 Q60 -62 90 -44 Q80 -52 60 -46 L50 -40 Z", shade(colour, -0.15))
    shape(c, "M-84 -84 Q-84 -96 -66 -95 L-8 -88 Q2 -86 0 -78 L-70 -82 Z", "#262B34")
    box(c, -96, -40, 52, 13, "#9AA3AD" if not loud else "#C9CED3", 6)
    if loud:
        box(c, -108, -44, 24, 20, "#C9CED3", 8)
        disc(c, -107, -34, 7, "#2A2F38")
    limb(c, "#23272F", 7, (26, -106), (38, -105))
    if mirror:
        trace(c, "M34 -106 L30 -124", "#23272F", 2.5)
        oval(c, 28, -128, 12, 9, "#23272F")
    oval(c, 52, -88, 14, 16, LAMP)
    box(c, -94, -80, 8, 12, "#FF4B38" if brake else "#A32B22", 3)
    if beam:
        c.drawPath(path("M56 -92 L380 -124 L380 -4 L56 -84 Z"), glow("#FFF6D690", 56, -88, 320))


def on_moped(seat: float = -26, back: bool = False) -> Pose:
    """The pose of the driver of a moped, or of the passenger behind (``back``)."""
    if back:
        return Pose((-58, -96), 8, 0, ((-18, -106), (-16, -104)), ((-24, -34), (-26, -34)))
    return Pose((seat, -90), 10, 0, ((30, -108), (31, -108)), ((22, -34), (26, -34)))


def moped(
    c: skia.Canvas,
    look: Look,
    rolled: float = 0,
    *,
    colour: str = "#3C6E71",
    pair: Look | None = None,
    beam=False,
    brake=False,
    loud=False,
    pose: Pose | None = None,
) -> None:
    """Somebody driving a moped, ``pair`` sitting behind."""
    shadow(c, 0, 1, 200, 14)
    moped_alone(c, colour, rolled, beam=beam, brake=brake, loud=loud)
    if pair:
        person(c, pair, on_moped(back=True))
    person(c, look, pose or on_moped())


def wheelchair(c: skia.Canvas, look: Look, rolled: float = 0) -> None:
    """Somebody in a wheelchair."""
    shadow(c, 4, 1, 120, 12)
    trace(c, "M-26 -98 L-20 -50 H24 L34 -16 H50", "#3A414D", 5)
    disc(c, 40, -9, 9, TYRE)
    push = sin(rolled / 30) * 14
    pose = Pose((-6, -58), -4, 2, ((6 + push, -64), (6 + push, -64)), ((44, -18), (42, -18)))
    person(c, look | {"bag": None}, pose)
    _thin_wheel(c, -8, 31, rolled)


def pushchair(c: skia.Canvas, rolled: float = 0) -> None:
    """A pushchair; the hand that pushes it is at (-58, -98)."""
    for x in (-30, 34):
        _thin_wheel(c, x, 13, rolled)
    trace(c, "M-30 -14 L20 -66 M34 -14 L-18 -62 L-58 -98", "#4A515C", 4)
    shape(c, "M-26 -62 Q-20 -98 14 -96 L8 -62 L40 -50 Q42 -34 26 -34 H-8 Q-26 -40 -26 -62 Z", "#5A7D9A")
    shape(c, "M-26 -62 Q-20 -98 14 -96 L6 -64 Z", "#3F5E78")
    disc(c, 12, -70, 9, "#F0C09A")


def seat(c: skia.Canvas, colour: str = "#5B6270") -> None:
    """A car or coach seat from the side; somebody in the SIT pose fits on it."""
    shape(c, "M-30 -34 Q-34 -48 -20 -46 H34 Q42 -44 40 -34 Q38 -26 30 -26 H-18 Q-28 -26 -30 -34 Z", colour)
    shape(c, "M-26 -38 L-40 -118 Q-42 -130 -30 -130 Q-20 -130 -18 -120 L-8 -42 Z", shade(colour, -0.1))
    box(c, -44, -158, 20, 32, shade(colour, -0.2), 9)


def train(c: skia.Canvas, colour: str = "#2F6FB3", cars: int = 3) -> None:
    """A train going right; the front is at x = 0."""
    for k in range(cars):
        with at(c, -k * 1240, 0):
            box(c, -1200, -70, 1180, 30, "#2B3038")
            front = "L-70 -390 Q10 -360 20 -200 L22 -60" if k == 0 else "L-20 -390 L-20 -60"
            shape(c, f"M-1210 -60 L-1210 -390 {front} Z", "#E8EAE6")
            shape(
                c,
                "M-1210 -60 L-1210 -150 L10 -150 L16 -60 Z"
                if k == 0
                else "M-1210 -60 L-1210 -150 L-20 -150 L-20 -60 Z",
                colour,
            )
            for x in range(-1150, -160, 150):
                box(c, x, -320, 110, 110, PANE_DARK, 10)
            for x in (-1040, -900, -300, -160):
                disc(c, x, -34, 34, "#2B3038")
