"""People seen from the side, from the front or back, and from above.

A person stands on (0, 0), in centimetres, and looks right (from the side), at the viewer (front) or towards +x (from
above). A figure is articulated: a :class:`Pose` says where hips, hands and feet are, and the limbs follow.
"""

from dataclasses import dataclass, replace
from math import cos, hypot, pi, radians, sin

import skia

from .ink import at, box, disc, limb, oval, shade, shadow, shape, trace

Point = tuple[float, float]

THIGH, SHIN, UPPER_ARM, FOREARM, TORSO, NECK = 40, 39, 27, 27, 50, 23
HEAD = 15


@dataclass(frozen=True)
class Look:
    """What a person looks like. ``cut``: short, long, bun, curly, bald. ``helmet`` and ``vest`` are colours or None."""

    skin: str = "#E9B48E"
    hair: str = "#4A3327"
    top: str = "#3F7CAC"
    bottom: str = "#33415E"
    shoes: str = "#F3EFE6"
    cut: str = "short"
    helmet: str | None = None
    full_face: bool = False
    vest: str | None = None
    bag: str | None = None
    earphones: str | None = None
    gloves: str | None = None
    dark_glasses: bool = False
    tired: bool = False
    height: float = 165

    def __or__(self, changes: dict) -> "Look":
        """The same person, wearing something else."""
        return replace(self, **changes)


LEO = Look(top="#E9783F", hair="#3B2A20", bag="#3C6E71")
LINA = Look(skin="#D99C70", hair="#2B1D18", top="#2D8C8C", bottom="#3E3A5C", cut="long")
TOM = Look(skin="#F2C7A5", hair="#B5743A", top="#4C6FBF", bottom="#5B5348")
AWA = Look(skin="#8A5638", hair="#1D1512", top="#F0B63F", bottom="#2F4858", cut="bun")
SAMI = Look(skin="#C98A5B", hair="#1F1815", top="#6BA368", bottom="#39424E", cut="curly")
CHILD = Look(skin="#F0C09A", hair="#7A4B2A", top="#E2574C", bottom="#3D6FA5", height=122)
MUM = Look(skin="#E3AC84", hair="#6B3A22", top="#9C4F7C", bottom="#2F3A4F", cut="long", height=170)
DAD = Look(skin="#DDA47A", hair="#2C221C", top="#5A7D9A", bottom="#3A3F47", height=178)
OLD = Look(skin="#EFC6A8", hair="#D9D9D6", top="#8C7A5B", bottom="#4B4A54", height=166)
MEDIC = Look(skin="#E3AC84", hair="#33261F", top="#C8362B", bottom="#23304A", vest="#F4E04D", height=176)
OFFICER = Look(skin="#E9B48E", hair="#2C221C", top="#22304F", bottom="#1D2740", shoes="#15181F", height=178)


@dataclass(frozen=True)
class Pose:
    """Where a figure of 165 cm has its hips, its hands and its feet (cm from the ground point), and how it leans.

    ``lean`` and ``nod`` are degrees forward, of the trunk and of the head. A hand that is None hangs. ``soles`` are the
    angles of the feet in degrees, positive heel up. Near limbs are those on the viewer's side.
    """

    hip: Point = (0, -86)
    lean: float = 0
    nod: float = 0
    hands: tuple[Point | None, Point | None] = (None, None)
    feet: tuple[Point, Point] = ((2, 0), (-3, 0))
    soles: tuple[float, float] = (0, 0)
    elbow: float = 1
    knee: float = 1

    def __or__(self, changes: dict) -> "Pose":
        return replace(self, **changes)


STAND = Pose()
PHONE_UP = Pose(nod=22, hands=((22, -118), None))
CALL = Pose(hands=((8, -150), None), elbow=-1)
SIT = Pose(hip=(0, -52), feet=((44, -6), (40, -6)), hands=((32, -62), (30, -62)))
KNEEL = Pose(hip=(-12, -44), lean=28, nod=18, feet=((-44, 0), (10, 0)), soles=(60, 0), hands=((34, -30), (30, -30)))
CROUCH = Pose(hip=(-12, -40), lean=40, nod=0, feet=((4, 0), (-6, 0)), hands=((36, -24), (30, -26)))


def _joint(a: Point, b: Point, first: float, second: float, side: float) -> Point:
    """The knee or elbow between a and b: bones of these lengths, bent towards ``side`` (+1 or -1)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    reach = min(max(hypot(dx, dy), abs(first - second) + 0.1), first + second - 0.1)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    off = max(first**2 - along**2, 0) ** 0.5 * side
    ux, uy = dx / (hypot(dx, dy) or 1), dy / (hypot(dx, dy) or 1)
    return a[0] + ux * along + uy * off, a[1] + uy * along - ux * off


def _reach(a: Point, b: Point, length: float) -> Point:
    """b, brought closer to a if it is further than ``length``."""
    distance = hypot(b[0] - a[0], b[1] - a[1])
    if distance <= length:
        return b
    return a[0] + (b[0] - a[0]) * length / distance, a[1] + (b[1] - a[1]) * length / distance


def walking(phase: float, stride: float = 1, run: bool = False) -> Pose:
    """A step: ``phase`` in cycles (two steps each), ``stride`` from 0 (standing) to 1."""
    reach = (40 if run else 27) * stride

    def foot(part: float) -> tuple[Point, float]:
        part %= 1
        if part < 0.5:
            return (reach * (1 - 4 * part), 0), max(0, part - 0.38) * 200 * stride
        swing = part * 2 - 1
        lift = sin(pi * swing) * (26 if run else 12) * stride
        return (-reach * cos(pi * swing), -lift), (1 - swing) * 40 * stride

    (near, near_sole), (far, far_sole) = foot(phase), foot(phase + 0.5)
    bob = abs(cos(2 * pi * phase)) * 4 * stride
    hip = (0, -86 + bob)
    swing = cos(2 * pi * phase) * (30 if run else 21) * stride
    lift = 16 if run else 3
    height = -78 - lift - abs(swing) * 0.25
    hands = ((-swing + 4, height), (swing + 4, height))
    return Pose(hip, 12 if run else 3 * stride, 0, hands, (near, far), (near_sole, far_sole))


def stride_length(height: float, run: bool = False) -> float:
    """The ground covered by one cycle of :func:`walking`, in cm, for a person of this height."""
    return 4 * (40 if run else 27) * height / 165


def person(c: skia.Canvas, look: Look, pose: Pose = STAND, *, blink=False, mouth: float = 0) -> None:
    """A person from the side, looking right; ``mouth`` opens it, from 0 to 1."""
    c.save()
    c.scale(look.height / 165, look.height / 165)
    hip = pose.hip
    lean = radians(pose.lean)
    neck = (hip[0] + TORSO * sin(lean), hip[1] - TORSO * cos(lean))
    _leg(c, look, hip, pose.feet[1], pose.soles[1], pose.knee, far=True)
    _arm(c, look, neck, pose.hands[1], lean, pose.elbow, far=True)
    if look.bag:
        with at(c, *hip, turn=pose.lean):
            box(c, -33, -TORSO - 5, 24, 46, shade(look.bag, -0.15), 9)
            box(c, -35, -TORSO + 12, 14, 24, look.bag, 6)
    _leg(c, look, hip, pose.feet[0], pose.soles[0], pose.knee, far=False)
    with at(c, *hip, turn=pose.lean):
        shape(c, "M-13 4 C-15 -12 -15 -36 -12 -50 C-10 -58 10 -58 13 -48 C16 -34 14 -14 12 4 Q0 10 -13 4 Z", look.top)
        shape(c, "M-13 0 Q-14 8 -10 10 L10 10 Q13 8 12 0 Q0 5 -13 0 Z", look.bottom)
        if look.vest:
            shape(c, "M-13 0 C-15 -14 -15 -36 -12 -50 C-8 -57 8 -57 12 -49 C16 -34 14 -14 12 0 Z", look.vest)
            box(c, -14, -18, 28, 6, "#E9EEF0")
            box(c, -14, -34, 28, 6, "#E9EEF0")
        if look.bag:
            trace(c, "M4 -53 Q10 -36 0 -22", shade(look.bag, -0.3), 4)
    bow = radians(pose.lean * 0.5 + pose.nod)
    skull = (neck[0] + NECK * sin(bow) + 1, neck[1] - NECK * cos(bow))
    limb(c, shade(look.skin, -0.12), 11, neck, skull)
    with at(c, *skull, turn=pose.lean * 0.3 + pose.nod):
        head(c, look, blink=blink, mouth=mouth)
    _arm(c, look, neck, pose.hands[0], lean, pose.elbow, far=False)
    c.restore()


def _leg(c: skia.Canvas, look: Look, hip: Point, foot: Point, sole: float, knee: float, far: bool) -> None:
    colour = shade(look.bottom, -0.22) if far else look.bottom
    shoe = shade(look.shoes, -0.2) if far else look.shoes
    ankle = _reach(hip, (foot[0] - 2, foot[1] - 8 - 15 * max(0, sin(radians(sole)))), THIGH + SHIN - 0.2)
    bend = _joint(hip, ankle, THIGH, SHIN, knee)
    limb(c, colour, 17, hip, bend)
    limb(c, colour, 13.5, bend, ankle)
    with at(c, *ankle, turn=sole):
        shape(c, "M-7 -3 L5 -3 Q8 1 17 2 Q20 4 19 8 L-8 8 Q-9 2 -7 -3 Z", shoe)
        shape(c, "M-8 6 L19 6 L19 8.5 L-8 8.5 Z", shade(shoe, -0.35))


def _arm(c: skia.Canvas, look: Look, neck: Point, hand: Point | None, lean: float, elbow: float, far: bool) -> None:
    shoulder = (neck[0] - 7 * sin(lean), neck[1] + 7)
    colour = shade(look.top, -0.25) if far else shade(look.top, -0.1)
    skin = look.gloves or (shade(look.skin, -0.15) if far else look.skin)
    hand = hand or (shoulder[0] + 4, shoulder[1] + UPPER_ARM + FOREARM - 3)
    hand = _reach(shoulder, hand, UPPER_ARM + FOREARM - 0.2)
    bend = _joint(shoulder, hand, UPPER_ARM, FOREARM, -elbow)
    wrist = (bend[0] + (hand[0] - bend[0]) * 0.82, bend[1] + (hand[1] - bend[1]) * 0.82)
    limb(c, skin, 9, wrist, hand)
    limb(c, colour, 12.5, shoulder, bend)
    limb(c, colour, 11, bend, wrist)
    disc(c, *hand, 6, skin)


def head(c: skia.Canvas, look: Look, *, blink=False, mouth: float = 0) -> None:
    """A head looking right, 30 cm high, its centre at the origin."""
    hair = look.hair
    if look.cut == "long":
        shape(c, "M-2 -17 C-22 -18 -21 4 -19 24 Q-10 28 -3 22 L0 0 Z", hair)
    if look.cut == "bun":
        disc(c, -14, -13, 8, hair)
    disc(c, 0, 0, HEAD, look.skin)
    shape(c, "M13 -3 Q20 3 14 5 Z", look.skin)
    shape(c, "M2 13 Q8 18 13 8 L4 6 Z", look.skin)
    match look.cut:
        case "curly":
            for x, y, r in ((-12, -4, 8), (-10, -12, 8), (-2, -16, 8), (6, -14, 7), (-13, 4, 6)):
                disc(c, x, y, r, hair)
        case "bald":
            shape(c, "M-15 2 C-16 -6 -13 -8 -10 -8 L-6 4 L-8 11 Q-14 8 -15 2 Z", hair)
        case _:
            shape(c, "M14 -6 C10 -20 -8 -20 -14 -10 C-18 -2 -15 8 -10 12 L-6 2 L-3 -3 Q4 -4 8 -9 Z", hair)
    oval(c, -4, 2, 5, 7, shade(look.skin, -0.15))
    if blink:
        trace(c, "M6 -1 H11", "#33261F", 1.4)
    elif look.tired:
        trace(c, "M6 -2 H11.5", shade(look.skin, -0.3), 2.4)
        oval(c, 8.5, 0, 3, 2.4, "#2A211C")
        trace(c, "M6 4 Q8.5 5.5 11 4", shade(look.skin, -0.25), 1.2)
    else:
        oval(c, 8.5, -1.5, 3, 4.4, "#2A211C")
    if look.dark_glasses:
        box(c, 3, -5, 12, 8, "#15181F", 3)
        trace(c, "M4 -2 H-5", "#15181F", 1.8)
    if mouth:
        oval(c, 10, 9, 5 + mouth, 3 + 5 * mouth, "#7A2F2A")
    else:
        trace(c, "M9 8 Q11 9 12.5 8", shade(look.skin, -0.4), 1.5)
    if look.earphones:
        disc(c, -4, 2, 3.4, look.earphones)
        trace(c, "M-4 4 C-4 14 2 18 2 30", look.earphones, 1.6)
    if look.helmet and look.full_face:
        shape(
            c,
            "M-19 6 C-22 -16 -6 -24 6 -21 C18 -18 21 -6 20 4 L19 15 Q12 20 4 17 L0 12 L-12 16 Q-18 14 -19 6 Z",
            look.helmet,
        )
        shape(c, "M5 -9 Q16 -10 20.5 -4 L20 6 Q10 7 4 3 Z", "#28324ACC")
    elif look.helmet:
        shape(c, "M-18 -1 C-22 -22 -4 -26 5 -24 C15 -22 20 -13 20 -7 L14 -5 Q0 -8 -8 0 Z", look.helmet)
        trace(c, "M-8 -19 Q2 -22 11 -16", shade(look.helmet, -0.35), 3)
        trace(c, "M-13 -12 Q0 -17 15 -10", shade(look.helmet, -0.35), 2.5)
        trace(c, "M-4 -4 Q-3 10 5 14", "#2B2F38", 2)


def lying(c: skia.Canvas, look: Look, *, side=False, asleep=True, mouth: float = 0) -> None:
    """A person lying on the ground around (0, 0), head on the left, on the back or, if ``side``, on the side."""
    pose = Pose(hip=(0, -84), hands=((6, -92), (-6, -92)), feet=((2, 0), (2, 0)))
    if side:
        pose = Pose(hip=(0, -84), lean=6, hands=((34, -128), (30, -118)), feet=((24, -22), (0, 0)), nod=-8, elbow=-1)
    with at(c, 84, -14, turn=-90):
        person(c, look | {"bag": None}, pose, blink=asleep, mouth=mouth)


def facing(
    c: skia.Canvas,
    look: Look,
    phase: float = 0,
    stride: float = 0,
    *,
    back=False,
    hands: dict[int, Point] | None = None,
    gaze: float = 0,
    nod: float = 0,
) -> None:
    """A person from the front, or from the ``back``, walking with ``phase`` and ``stride`` as in :func:`walking`.

    ``hands`` places the hand of side -1 (left of the picture) or 1, in cm; the others hang and swing. ``gaze`` turns the
    head from -1 (left) to 1 (right), ``nod`` (0 to 1) bows it.
    """
    c.save()
    c.scale(look.height / 165, look.height / 165)
    swing = sin(2 * pi * phase) * stride
    for side in (-1, 1):
        lift = max(0, swing * side) * 10
        limb(c, look.bottom, 16, (side * 8, -82), (side * 9, -46), (side * 9, -10 - lift))
        box(c, side * 9 - 8, -11 - lift, 16, 11, look.shoes, 5)
    for side in (-1, 1):
        hang = (side * 23, -78 - max(0, -swing * side) * 9)
        hand = (hands or {}).get(side, hang)
        shoulder = (side * 17, -125)
        bend = _joint(shoulder, _reach(shoulder, hand, 53.5), UPPER_ARM, FOREARM, -side)
        hand = _reach(shoulder, hand, 53.5)
        limb(c, look.gloves or look.skin, 9, bend, hand)
        limb(c, shade(look.top, -0.12), 12, shoulder, bend, ((bend[0] + 3 * hand[0]) / 4, (bend[1] + 3 * hand[1]) / 4))
        disc(c, *hand, 6, look.gloves or look.skin)
    shape(c, "M-20 -78 L-22 -122 Q-20 -134 -8 -135 L8 -135 Q20 -134 22 -122 L20 -78 Q0 -70 -20 -78 Z", look.top)
    shape(c, "M-20 -80 Q0 -74 20 -80 L18 -70 Q0 -64 -18 -70 Z", look.bottom)
    if look.vest:
        shape(c, "M-21 -80 L-22 -122 Q-20 -134 -8 -135 L0 -120 L8 -135 Q20 -134 22 -122 L21 -80 Z", look.vest)
        box(c, -21, -98, 42, 6, "#E9EEF0")
        box(c, -21, -114, 42, 6, "#E9EEF0")
    if look.bag and back:
        box(c, -17, -130, 34, 48, look.bag, 10)
        box(c, -12, -104, 24, 18, shade(look.bag, -0.2), 6)
    elif look.bag:
        limb(c, shade(look.bag, -0.2), 5, (-12, -133), (-14, -96))
        limb(c, shade(look.bag, -0.2), 5, (12, -133), (14, -96))
    limb(c, shade(look.skin, -0.12), 11, (0, -134), (0, -146))
    with at(c, 0, -154 + nod * 5):
        _front_head(c, look, back, gaze, nod)
    c.restore()


def _front_head(c: skia.Canvas, look: Look, back: bool, gaze: float, nod: float) -> None:
    """A head seen from the front or the back, its centre at the origin."""
    if look.cut == "long":
        shape(c, "M-15 -4 Q-20 16 -15 24 L15 24 Q20 16 15 -4 Z", look.hair)
    if look.cut == "bun":
        disc(c, 0, -19, 8, look.hair)
    oval(c, 0, 0, 28, 31, look.skin)
    if back:
        oval(c, 0, -1, 30, 34, look.hair)
    else:
        if look.cut == "bald":
            box(c, -15, -3, 3, 10, look.hair, 1.5)
            box(c, 12, -3, 3, 10, look.hair, 1.5)
        else:
            shape(c, "M-15 0 C-17 -22 17 -22 15 0 Q10 -8 6 -9 Q-4 -6 -12 -9 Q-14 -4 -15 0 Z", look.hair)
        with at(c, gaze * 7, nod * 5):
            for side in (-1, 1):
                oval(c, side * 5.5, 0, 3, 4.4 - nod * 2, "#2A211C")
                if look.dark_glasses:
                    box(c, side * 6 - 6, -4, 12, 9, "#15181F", 3)
            trace(c, "M-4 8 Q0 10.5 4 8", shade(look.skin, -0.4), 1.6)
    if look.cut == "curly":
        for x in (-12, -5, 3, 11):
            disc(c, x, -11 - (5 if abs(x) < 6 else 0), 7, look.hair)
    if look.helmet and look.full_face:
        oval(c, 0, -2, 40, 44, look.helmet)
        if not back:
            box(c, -14, -8, 28, 15, "#28324A", 6)
    elif look.helmet:
        shape(c, "M-18 -3 C-19 -28 19 -28 18 -3 Q0 -9 -18 -3 Z", look.helmet)
        trace(c, "M-7 -20 V-8", shade(look.helmet, -0.35), 2.5)
        trace(c, "M7 -20 V-8", shade(look.helmet, -0.35), 2.5)
        if not back:
            trace(c, "M-13 -3 L-3 16 L3 16 L13 -3", "#2B2F38", 1.8)
    if look.earphones and not back:
        for side in (-1, 1):
            disc(c, side * 14, 2, 3, look.earphones)


def above(c: skia.Canvas, look: Look, phase: float = 0, stride: float = 0, arms: tuple | None = None) -> None:
    """A person from above, walking towards +x. ``arms`` are the two hands (left, right), or None: they swing.

    People are drawn half as large again as they are, or nobody would see them beside the cars.
    """
    c.save()
    c.scale(1.5, 1.5)
    shadow(c, -3, 4, 50, 60)
    swing = sin(2 * pi * phase) * stride
    for side in (-1, 1):
        oval(c, 4 + side * swing * 20, side * 9, 26, 12, look.shoes)
    hands = arms or ((4 - swing * 16, -21), (4 + swing * 16, 21))
    for side, hand in zip((-1, 1), hands):
        limb(c, shade(look.top, -0.15), 12, (0, side * 17), hand)
        disc(c, *hand, 6, look.skin)
    box(c, -12, -25, 24, 50, look.vest or look.top, 12)
    if look.bag:
        box(c, -26, -16, 20, 32, look.bag, 8)
    head_above(c, look)
    c.restore()


def head_above(c: skia.Canvas, look: Look) -> None:
    """A head from above, looking towards +x, its centre at (2, 0)."""
    oval(c, 14, 0, 8, 7, look.skin)
    if look.helmet:
        oval(c, 1, 0, 33, 28, look.helmet)
        for y in (-6, 0, 6):
            limb(c, shade(look.helmet, -0.3), 2.5, (-8, y), (10, y * 0.8))
        return
    if look.cut == "long":
        oval(c, -6, 0, 26, 30, look.hair)
    oval(c, 2, 0, 27, 25, look.skin if look.cut == "bald" else look.hair)
    if look.cut == "bun":
        disc(c, -10, 0, 8, look.hair)
    if look.earphones:
        for side in (-1, 1):
            disc(c, 3, side * 13, 3.5, look.earphones)


def seated(c: skia.Canvas, look: Look, *, belt=False, hands: dict[int, Point] | None = None, gaze: float = 0) -> None:
    """A person from the front, sitting with the seat at the origin, the feet 44 cm below and in front."""
    with at(c, 0, 80):
        c.save()
        c.clipRect(skia.Rect.MakeLTRB(-80, -260, 80, -72))
        facing(c, look | {"bag": None}, hands=hands or {-1: (-16, -84), 1: (16, -84)}, gaze=gaze)
        c.restore()
    for side in (-1, 1):
        limb(c, look.bottom, 22, (side * 10, -2), (side * 14, 14))
        limb(c, shade(look.bottom, -0.1), 17, (side * 14, 14), (side * 13, 44))
        box(c, side * 13 - 9, 42, 18, 14, look.shoes, 6)
    if belt:
        limb(c, "#2B2F38", 6, (-17, -54), (15, -6))
        limb(c, "#2B2F38", 6, (-18, -4), (18, -4))
