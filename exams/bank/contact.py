"""A sheet of small pictures, to look at the scenes at a glance."""

from collections.abc import Sequence
from pathlib import Path

import skia

from .scenes import registry, stage
from .scenes.kit import ink
from .source import Question

CELL = 320, 180
CAPTION = 26


def contact_sheet(questions: Sequence[Question], out: Path) -> None:
    """Draw a PNG with a row of four frames per question (start, 1/3, 2/3, end), its code beneath.

    Raises MissingScene.
    """
    width, height = CELL
    sheet = skia.Surface(width * 4, (height + CAPTION) * len(questions))
    c = sheet.getCanvas()
    c.clear(skia.ColorWHITE)
    sharp = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    info = skia.ImageInfo.Make(stage.WIDTH, stage.HEIGHT, skia.kBGRA_8888_ColorType, skia.kOpaque_AlphaType)
    for row, question in enumerate(questions):
        top = row * (height + CAPTION)
        moments = stage.times(question.scene.duration)
        last = len(moments) - 1
        draw = registry.find(question.code).drawing(question.scene.duration)
        chosen = [moments[last * part // 3] for part in range(4)]
        for column, frame in enumerate(stage.shoot(draw, chosen)):
            image = skia.Image.MakeRasterData(info, skia.Data(frame), stage.WIDTH * 4)
            c.drawImageRect(image, skia.Rect.MakeXYWH(column * width, top, width, height), sharp)
        ink.text(c, question.code, 8, top + height + 19, 17, align=0)
    out.write_bytes(bytes(sheet.makeImageSnapshot().encodeToData(skia.kPNG, 100)))
