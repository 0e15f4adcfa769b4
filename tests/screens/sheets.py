"""Pictures of screens, contact sheets of them, and the page that leads to all."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

from tests.screens.catalogue import ROLES, Screen

_GAP, _LABEL, _ACROSS, _DOWN = 12, 34, 1960, 1080
_SCALE = {1280: 0.5, 768: 0.5}  # the others: _LEGIBLE
_LEGIBLE = 0.75
_FONT = settings.BASE_DIR / "static/fonts/NotoSans-Regular.ttf"


@dataclass(frozen=True)
class Taken:
    """A screen that was looked at, the title of its page and what it lacks."""

    screen: Screen
    title: str
    faults: list[str]


def file_of(screen: Screen, width: int, theme: str) -> str:
    return f"{screen.key}.{width}.{theme}.png"


def picture(page: Page, path: Path, longest: int) -> None:
    """The whole page, cut at `longest` px."""
    size = page.evaluate("[innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]")
    path.parent.mkdir(parents=True, exist_ok=True)
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], longest)}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled", caret="hide")


def write(folder: Path, taken: Sequence[Taken], widths: Sequence[int], themes: Sequence[str]) -> None:
    """Contact sheets for each role, width and theme, and index.html."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for role in ROLES:
        screens = [one.screen for one in taken if one.screen.role == role]
        for width in widths:
            for theme in themes:
                files = [(screen, folder / file_of(screen, width, theme)) for screen in screens]
                files = [(screen, file) for screen, file in files if file.exists()]
                across = _across(width)
                for n in range(0, len(files), across):
                    name = f"{role}.{width}.{theme}.{n // across + 1:02d}.png"
                    _sheet(files[n : n + across], width).save(folder / name)
                    made.append(name)
    (folder / "index.html").write_text(_index(taken, made, widths, themes))


def _wide(width: int) -> int:
    """The width of a picture on its sheet: its text can still be read."""
    return round(width * _SCALE.get(width, _LEGIBLE))


def _across(width: int) -> int:
    return (_ACROSS - _GAP) // (_wide(width) + _GAP)


def _sheet(files: Sequence[tuple[Screen, Path]], width: int) -> Image.Image:
    """Pictures side by side, smaller, each with its name below; long ones are cut."""
    wide = _wide(width)
    sheet = Image.new("RGB", (len(files) * (wide + _GAP) + _GAP, _DOWN + _LABEL + 2 * _GAP), "#888888")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(_FONT, 12)
    for n, (screen, file) in enumerate(files):
        left = _GAP + n * (wide + _GAP)
        with Image.open(file) as shot:
            size = (wide, max(1, shot.height * wide // shot.width))
            part = shot.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        sheet.paste(part.crop((0, 0, wide, min(_DOWN, part.height))), (left, _GAP))
        for line, text in enumerate((screen.name, screen.state)):
            draw.text((left, _DOWN + _GAP + 2 + 15 * line), text[: wide // 6], fill="black", font=font)
    return sheet


def _index(taken: Sequence[Taken], made: Sequence[str], widths: Sequence[int], themes: Sequence[str]) -> str:
    """Sheets first, then a table of the screens with their pictures and what they lack."""
    lines = [
        '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Écrans</title>',
        "<style>body{font:16px/1.5 sans-serif;margin:2rem}td,th{padding:.25rem .75rem;border:1px solid #999;"
        "text-align:left;vertical-align:top}table{border-collapse:collapse}.fault{color:#b00}</style>",
        "<h1>Écrans</h1><h2>Planches</h2><ul>",
        *(f'<li><a href="{name}">{name}</a></li>' for name in made),
        "</ul>",
    ]
    for role, label in ROLES.items():
        of_role = [one for one in taken if one.screen.role == role]
        if not of_role:
            continue
        lines.append(f"<h2>{label}</h2><table><tr><th>Page<th>État<th>Titre<th>Images<th>Défauts</tr>")
        for one in of_role:
            shots = " · ".join(
                f'<a href="{file_of(one.screen, width, theme)}">{width} {theme}</a>'
                for width in widths
                for theme in themes
            )
            faults = "<br>".join(html.escape(fault) for fault in one.faults)
            lines.append(
                f"<tr><td>{one.screen.name}<td>{html.escape(one.screen.state)}<td>{html.escape(one.title)}"
                f'<td>{shots}<td class="fault">{faults}</tr>'
            )
        lines.append("</table>")
    return "\n".join(lines)
