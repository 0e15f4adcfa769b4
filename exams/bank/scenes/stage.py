"""The stage: a still background painted once, and a drawing repeated for each frame over it."""

from collections.abc import Callable, Iterator

import skia

WIDTH, HEIGHT, FPS = 1280, 720, 25

Drawing = Callable[[skia.Canvas, float], None]
"""Draws a canvas at a time in seconds."""

Camera = Callable[[float], tuple[float, float, float]]
"""The (x, y) of the background seen at the centre of the picture, and the zoom, at a time in seconds."""


class Stage:
    """What a scene is given: a duration, canvases to paint what stays still, and a camera it may move.

    ``back`` lies under everything that moves. ``front`` lies over it and is fixed to the picture, not to the world (a
    dashboard, a window frame). A scene whose camera travels asks for a wider ``world`` before it paints.
    """

    def __init__(self, duration: float):
        self.duration = duration
        self.camera: Camera | None = None
        self.freeze = duration
        """The second after which nothing moves any more."""
        self._back = skia.Surface(WIDTH, HEIGHT)
        self._front: skia.Surface | None = None

    def world(self, width: int, height: int = HEIGHT) -> None:
        """Make the background this large, in pixels. To be called before painting it."""
        self._back = skia.Surface(width, height)

    @property
    def back(self) -> skia.Canvas:
        return self._back.getCanvas()

    @property
    def front(self) -> skia.Canvas:
        if self._front is None:
            self._front = skia.Surface(WIDTH, HEIGHT)
        return self._front.getCanvas()

    def player(self, moving: Drawing) -> Drawing:
        """The drawing of whole pictures: background, what moves, front."""
        back = self._back.makeImageSnapshot()
        front = self._front.makeImageSnapshot() if self._front else None
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)

        def draw(c: skia.Canvas, t: float) -> None:
            t = min(t, self.freeze)
            c.save()
            if self.camera:
                x, y, zoom = self.camera(t)
                c.translate(WIDTH / 2, HEIGHT / 2)
                c.scale(zoom, zoom)
                c.translate(-x, -y)
            c.drawImage(back, 0, 0, smooth)
            moving(c, t)
            c.restore()
            if front:
                c.drawImage(front, 0, 0)

        return draw


def times(duration: float) -> list[float]:
    """The time of every frame, in seconds."""
    return [frame / FPS for frame in range(round(duration * FPS))]


def shoot(draw: Drawing, moments: list[float]) -> Iterator[memoryview]:
    """The frames at these moments, as BGRA bytes (HEIGHT × WIDTH × 4). The same memory is reused for each frame."""
    pixels = bytearray(WIDTH * HEIGHT * 4)
    info = skia.ImageInfo.Make(WIDTH, HEIGHT, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, pixels, WIDTH * 4)
    for moment in moments:
        draw(surface.getCanvas(), moment)
        yield memoryview(pixels)
