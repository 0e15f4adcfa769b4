"""Every screen of every role as pictures, in four widths and two themes, with contact sheets and an index.

    make screens                                    all of them, in var/screens
    python -m tests.screens /tmp/pictures --role head --name candidate_list --width 390 --theme dark

The pictures are of the whole page, as far as LONGEST. What a page lacks (see `tests.screens.checks`) is in the index.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import django

LONGEST = 4000  # px


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    django.setup()
    from tests.screens import catalogue, play

    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("var/screens"))
    parser.add_argument("--role", action="append", choices=catalogue.ROLES)
    parser.add_argument("--name", action="append", help="the name of an address, as « exam_list »")
    parser.add_argument("--state", help="a part of the state's name")
    parser.add_argument("--width", action="append", type=int, choices=play.WIDTHS)
    parser.add_argument("--theme", action="append", choices=play.THEMES)
    parser.add_argument("--axe", action="store_true", help="note what axe finds, too, at the widest and the narrowest")
    asked = parser.parse_args(arguments)

    def wanted(screen: catalogue.Screen) -> bool:
        return (
            (not asked.role or screen.role in asked.role)
            and (not asked.name or screen.name in asked.name)
            and (not asked.state or asked.state in screen.state)
        )

    return _take(asked, wanted)


def _take(asked: argparse.Namespace, wanted) -> int:
    from tests.screens import checks, sheets
    from tests.screens.play import THEMES, WIDTHS, Player, look
    from tests.screens.stage import stage

    widths, themes = asked.width or WIDTHS, asked.theme or THEMES
    taken, began = [], time.monotonic()
    with stage() as (browser, address, screens):
        player = Player(browser, address)
        for screen in filter(wanted, screens):
            faults = []
            try:
                with player.showing(screen, widths[0], themes[0]) as page:
                    title = page.title()
                    faults = checks.of_document(page)
                    for width in widths:
                        for theme in themes:
                            look(page, width, theme)
                            sheets.picture(page, asked.folder / sheets.file_of(screen, width, theme), LONGEST)
                            if asked.axe and width in (min(widths), max(widths)):
                                faults += checks.of_axe(page)
                    faults += checks.of_reflow(page, themes[0])
            except Exception as error:  # one broken page keeps no other from being looked at
                title = ""
                faults.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
            faults = list(dict.fromkeys(faults))
            taken.append(sheets.Taken(screen, title, faults))
            print("\n    ".join([screen.key, *faults]), flush=True)
        player.close()
    sheets.write(asked.folder, taken, widths, themes)
    broken = sum(bool(one.faults) for one in taken)
    minutes = (time.monotonic() - began) / 60
    print(f"{len(taken)} screens, {broken} with faults, {minutes:.1f} minutes: {asked.folder / 'index.html'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
