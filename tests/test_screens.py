"""The catalogue of screens is whole, and each of its screens is what a screen has to be, whoever looks at it."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from esr.core import jobs
from tests.screens import world as worlds
from tests.screens.catalogue import DATA, FILE, NOT_SCREENS, PARTS, POSTED, Screen, bare, catalogue, cookies
from tests.test_rights import ask, cells, patterns, world  # noqa: F401 - a fixture

# Pages of the error handlers: no address leads to them.
HANDLERS = {"403", "403_csrf", "404", "429", "500", "503"}


@pytest.fixture
def screens(db, monkeypatch) -> list[Screen]:
    monkeypatch.setattr(jobs, "enqueue", lambda key: None)
    made = worlds.build_bare(timezone.now())
    return [*bare(made), *catalogue(worlds.build(made))]


def forgotten(names: set[str | None], addresses) -> list[str]:
    """Routes whose page is neither in the catalogue nor named among those that are no screens."""
    return [route for route, name, _ in addresses if name not in names and name not in NOT_SCREENS]


def test_every_page_of_the_site_map_is_in_the_catalogue(screens):
    names = {screen.name for screen in screens}
    assert forgotten(names, patterns()) == []
    known = {name for _, name, _ in patterns()}
    assert names - known == HANDLERS
    assert set(NOT_SCREENS) - known == set()
    assert names & set(NOT_SCREENS) == set()
    # A new page is noticed.
    assert forgotten(names, [("nouvelle/", "new_page", None)]) == ["nouvelle/"]


def test_each_screen_has_a_picture_of_its_own(screens):
    keys = [screen.key for screen in screens]
    assert [key for key in keys if keys.count(key) > 1] == []


def test_each_screen_is_in_one_part(screens):
    parts = {screen.key: [name for name, of_part in PARTS.items() if of_part(screen)] for screen in screens}
    assert {key: names for key, names in parts.items() if len(names) != 1} == {}
    assert {names[0] for names in parts.values()} == set(PARTS)


def titles(screens) -> dict[tuple[str, str], set[str]]:
    """Role and title → the pages that have it; of the screens that come without doing anything on a page."""
    found, client, who = {}, None, object()
    for screen in screens:
        if screen.act or screen.name in HANDLERS:
            continue
        if screen.who != who:
            who, client = screen.who, Client()
            for cookie in cookies(who, "http://testserver"):
                client.cookies[cookie["name"]] = cookie["value"]
        page = client.get(screen.path, follow=True)
        title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
        assert title, f"{screen.key} has no title: {page.status_code} {screen.path}"
        found.setdefault((screen.role, unescape(title.group(1)).strip()), set()).add(screen.name)
    return found


def test_titles_tell_the_tab(screens):
    found = titles(screens)
    assert {title: names for title, names in found.items() if len(names) > 1} == {}
    # A page's own words come first: tabs are narrow.
    assert [title for _, title in found if not re.match(r"\S.* – \S", title)] == []


SEEN_BY = ("head", "supervisor", "national", "candidate", "anonymous")


def test_what_is_said_to_be_no_screen_is_none(world):  # noqa: F811
    wrong, seen = [], set()
    for cell in cells(world, world.a):
        name = None if cell.name == cell.route else cell.name
        if name not in NOT_SCREENS:
            continue
        seen.add(name)
        for role in SEEN_BY:
            response, _ = ask(world.clients[role], cell, "GET")
            page = not response.streaming and b"<html" in response.content[:300].lower()
            if response.status_code == 200 and page:
                wrong.append(f"{role} {cell.url}: a page")
            if NOT_SCREENS[name] == POSTED and response.status_code == 200:
                wrong.append(f"{role} {cell.url}: answers a GET")
            if NOT_SCREENS[name] in (FILE, DATA) and role == "head" and cell.access == "head":
                wrong += [f"{cell.url}: {response.status_code}"] if response.status_code >= 500 else []
    assert wrong == []
    assert seen == set(NOT_SCREENS)
