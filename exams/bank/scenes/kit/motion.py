"""How things move: values over time, and routes over the ground."""

from bisect import bisect_right
from math import atan2, cos, degrees, pi, sin

import skia

from .ink import path


class Curve:
    """A value over time through given (second, value) points, smooth, without overshoot, at rest on its plateaus.

    It is a monotone cubic (Fritsch–Carlson): a car given (0, 0), (3, 500), (5, 500) slows down and stops at 3 s. Before
    the first point and after the last one the value stays. ``start`` and ``end`` are slopes there, in units per second;
    None carries on with the slope of the neighbouring piece, 0 starts or ends at rest.
    """

    def __init__(self, *points: tuple[float, float], start: float | None = None, end: float | None = None):
        self.times = [time for time, _ in points]
        self.values = [value for _, value in points]
        gaps = [after - before for before, after in zip(self.times, self.times[1:])]
        pieces = [(b - a) / gap for a, b, gap in zip(self.values, self.values[1:], gaps)]
        inner = [
            0.0 if before * after <= 0 else 3 * (g + h) / ((2 * h + g) / before + (h + 2 * g) / after)
            for before, after, g, h in zip(pieces, pieces[1:], gaps, gaps[1:])
        ]
        first = pieces[0] if start is None else start
        last = pieces[-1] if end is None else end
        self.slopes = [first, *inner, last]

    def __call__(self, t: float) -> float:
        """The value at ``t`` seconds."""
        if t <= self.times[0]:
            return self.values[0]
        if t >= self.times[-1]:
            return self.values[-1]
        i = bisect_right(self.times, t) - 1
        gap = self.times[i + 1] - self.times[i]
        u = (t - self.times[i]) / gap
        v = 1 - u
        return (
            (1 + 2 * u) * v * v * self.values[i]
            + u * v * v * gap * self.slopes[i]
            + u * u * (3 - 2 * u) * self.values[i + 1]
            - u * u * v * gap * self.slopes[i + 1]
        )

    def speed(self, t: float) -> float:
        """The slope at ``t``, in units per second."""
        return (self(t + 0.02) - self(t - 0.02)) / 0.04


class Route:
    """A line over the ground (an SVG outline), to be followed from 0 (its start) to 1 (its end)."""

    def __init__(self, outline: str):
        self._measure = skia.PathMeasure(path(outline), False)
        self.length = self._measure.getLength()

    def __call__(self, part: float) -> tuple[float, float, float]:
        """(x, y, heading in degrees clockwise from the right) after this part of the way."""
        spot, way = self._measure.getPosTan(min(max(part, 0.0), 1.0) * self.length)
        return spot.x(), spot.y(), degrees(atan2(way.y(), way.x()))


def ease(t: float, start: float, end: float) -> float:
    """0 before ``start``, 1 after ``end``, smooth in between."""
    u = min(max((t - start) / (end - start), 0.0), 1.0)
    return u * u * (3 - 2 * u)


def during(t: float, start: float, end: float, soft: float = 0.3) -> float:
    """1 between ``start`` and ``end``, 0 elsewhere, with soft edges of ``soft`` seconds."""
    return ease(t, start, start + soft) * (1 - ease(t, end - soft, end))


def wave(t: float, period: float, low: float = -1, high: float = 1) -> float:
    """A sine between ``low`` and ``high``, starting in the middle."""
    return (low + high) / 2 + (high - low) / 2 * sin(2 * pi * t / period)


def blink(t: float, period: float = 0.8) -> bool:
    """Whether a flashing light is on."""
    return t % period < period / 2


def around(x: float, y: float, radius: float, turn: float) -> tuple[float, float]:
    """The point at ``radius`` from (x, y), ``turn`` being in radians clockwise from the right."""
    return x + radius * cos(turn), y + radius * sin(turn)
