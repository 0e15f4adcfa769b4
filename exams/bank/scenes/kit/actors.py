"""Sprites that follow a curve in a street, or a route on a plan, with wheels and legs in step."""

from collections.abc import Callable

import skia

from .ink import at
from .motion import Curve, Route
from .people import Look, above, person, stride_length, walking
from .plan import P

STREET, PERSON_PLAN, RIDER_PLAN = 1.2, 0.78, 0.6
"""Pixels per centimetre, of what stands in a street, and of people and riders on a plan: larger than the cars, to be seen."""


def slowing(track: Curve, t: float) -> bool:
    """Whether what follows the curve is braking, or has stopped."""
    now, soon = abs(track.speed(t)), abs(track.speed(t + 0.12))
    return soon < now * 0.985 or now < 1e-6


def walk(
    c: skia.Canvas,
    look: Look,
    x: Curve,
    t: float,
    ground: float,
    scale: float = STREET,
    *,
    run=False,
    hold: dict | None = None,
    left: bool | None = None,
    **options,
) -> None:
    """Somebody walks along a street; ``hold`` changes the pose (hands, nod, lean). They look where they go, or ``left``."""
    speed = x.speed(t)
    stride = min(1.0, abs(speed) / scale / (150 if run else 75))
    phase = abs(x(t)) / scale / stride_length(look.height, run)
    turned = (speed < -2 or (abs(speed) <= 2 and x.values[-1] < x.values[0])) if left is None else left
    with at(c, x(t), ground, scale, flip=turned):
        person(c, look, walking(phase, stride, run) | (hold or {}), **options)


def ride(
    c: skia.Canvas, sprite: Callable, x: Curve, t: float, ground: float, scale: float = STREET, *, left=False, **options
) -> None:
    """A vehicle of :mod:`side` rolls along a street, to the right or to the ``left``."""
    with at(c, x(t), ground, scale, flip=left):
        sprite(c, rolled=abs(x(t)) / scale, **options)


def drive(c: skia.Canvas, sprite: Callable, way: Route, part: Curve, t: float, scale: float = P, **options) -> None:
    """A vehicle of :mod:`above` follows a route on a plan."""
    x, y, heading = way(part(t))
    with at(c, x, y, scale, heading):
        sprite(c, **options)


def pedal(
    c: skia.Canvas,
    sprite: Callable,
    look: Look,
    way: Route,
    part: Curve,
    t: float,
    scale: float = RIDER_PLAN,
    **options,
) -> None:
    """A rider of :mod:`above` follows a route on a plan, pedalling."""
    drive(c, sprite, way, part, t, scale, look=look, phase=part(t) * way.length / scale / 380, **options)


def stroll(
    c: skia.Canvas, look: Look, way: Route, part: Curve, t: float, scale: float = PERSON_PLAN, **options
) -> None:
    """Somebody walks along a route on a plan."""
    x, y, heading = way(part(t))
    stride = min(1.0, abs(part.speed(t)) * way.length / 60)
    with at(c, x, y, scale, heading):
        above(c, look, part(t) * way.length / scale / 170, stride, **options)
