"""The online guide: chapters in Markdown, `<reader>/<rank>-<name>.md`, in the handbook's order and in our own words.

A chapter begins with its title (`#`) and one paragraph that says what it is for; its sections (`##`) are what screens
point to. Two kinds of address come beside Markdown's own: `[…](page:exam_list)` leads to a page of the platform by the
name of its URL, `[…](guide:surveillant/incidents#pause)` to another section. `![…](picture:exam-list)` is a
picture of a real screen, made by `make guide`; where it was not made, its description stands in its place.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.token import Token

from esr.core.text import search_key
from establishments.enums import Reader

_FOLDER = Path(__file__).parent
PICTURES = "guide"  # folder of the pictures below static/
PICTURE_SIZE = (1024, 640)  # all have the same, so that no page jumps while they arrive
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def slug(title: str) -> str:
    """« Créer une épreuve » → creer-une-epreuve"""
    return "-".join(re.findall(r"[a-z0-9]+", search_key(title)))


@dataclass(frozen=True)
class Section:
    """A part of a chapter that a screen can point to; the anchor of the first, untitled one is empty."""

    chapter: "Chapter"
    anchor: str
    title: str
    text: str

    @property
    def url(self) -> str:
        return self.chapter.url + (f"#{self.anchor}" if self.anchor else "")

    @cached_property
    def keys(self) -> tuple[str, str]:
        """The title, and title and text, as the search compares them."""
        return search_key(self.title), search_key(f"{self.title} {self.text}")


@dataclass(frozen=True)
class Chapter:
    reader: Reader
    name: str
    source: str

    @property
    def key(self) -> str:
        """How links and the table of screens call it: surveillant/incidents."""
        return f"{self.reader}/{self.name}"

    @property
    def url(self) -> str:
        return reverse("guide_chapter", args=(self.reader, self.name))

    @cached_property
    def tokens(self) -> list[Token]:
        return _markdown.parse(self.source)

    @cached_property
    def sections(self) -> list[Section]:
        found, title, anchor, words = [], "", "", []
        for before, token in zip([None, *self.tokens], self.tokens, strict=False):
            if token.type != "inline":
                continue
            if before.type == "heading_open" and before.tag in ("h1", "h2"):
                if title:
                    found.append(Section(self, anchor, title, " ".join(words)))
                title, words = token.content, []
                anchor = "" if before.tag == "h1" else slug(title)
            else:
                words.append(_plain(token))
        return [*found, Section(self, anchor, title, " ".join(words))]

    @property
    def title(self) -> str:
        return self.sections[0].title

    @property
    def summary(self) -> str:
        return self.sections[0].text

    @property
    def pictures(self) -> list[str]:
        return [token.attrs["src"].removeprefix("picture:") for token in self._inline("image")]

    @property
    def links(self) -> list[str]:
        return [token.attrs["href"] for token in self._inline("link_open")]

    def _inline(self, kind: str) -> Iterable[Token]:
        return (child for token in self.tokens for child in token.children or () if child.type == kind)

    def html(self) -> str:
        """Everything below the title and the summary; made each time, for a picture may have been made since."""
        tokens = _markdown.parse(self.source)[6:]  # two blocks of three tokens
        for before, token in itertools.pairwise(tokens):
            if before.type == "heading_open" and before.tag == "h2":
                before.attrSet("id", slug(token.content))
            for child in token.children or ():
                if child.type == "link_open":
                    child.attrSet("href", href(child.attrs["href"]))
        return _renderer.render(tokens, _markdown.options, {})


def _plain(token: Token) -> str:
    """The words of a paragraph; a picture's description is not among them."""
    return "".join(
        " " if child.type == "softbreak" else child.content for child in token.children if child.type != "image"
    )


def href(address: str) -> str:
    """Where a link of a chapter leads. Raises NoReverseMatch or KeyError for a page or section that is not there."""
    scheme, _, rest = address.partition(":")
    if scheme == "page":
        return reverse(rest)
    if scheme == "guide":
        return section(rest).url
    return address


def picture_url(name: str) -> str | None:
    """Where a picture is served; None while it was not made, or was made after the static files were collected."""
    path = f"{PICTURES}/{name}.webp"
    if finders.find(path) is None:
        return None
    try:
        return static(path)
    except ValueError:
        return None


def _image(renderer, tokens: list[Token], index: int, options, env) -> str:
    """A picture, or its description where there is none."""
    url = picture_url(tokens[index].attrs["src"].removeprefix("picture:"))
    words = escape(renderer.renderInlineAsText(tokens[index].children, options, env))
    width, height = PICTURE_SIZE
    if url is None:
        return f'<em class="app-picture-words">À l’écran : {words}</em>'
    return f'<img class="app-picture" src="{url}" alt="{words}" width="{width}" height="{height}" loading="lazy">'


_markdown.add_render_rule("image", _image)
_renderer = _markdown.renderer


@cache
def chapters() -> dict[str, Chapter]:
    """Key → chapter, reader by reader, each in its order."""
    found = {}
    for reader in Reader:
        for path in sorted((_FOLDER / reader).glob("*.md")):
            chapter = Chapter(reader, path.stem.partition("-")[2], path.read_text())
            found[chapter.key] = chapter
    return found


def sections() -> Iterable[Section]:
    return (section for chapter in chapters().values() for section in chapter.sections)


def of_reader(reader: str) -> list[Chapter]:
    return [chapter for chapter in chapters().values() if chapter.reader == reader]


def section(address: str) -> Section:
    """The section of « surveillant/incidents#pause ». Raises KeyError."""
    key, _, anchor = address.partition("#")
    for one in chapters()[key].sections:
        if one.anchor == anchor:
            return one
    raise KeyError(address)


# --- Search -----------------------------------------------------------------------------------------------------------

_EMPTY = set(
    "a au aux avec ce ces cette comment dans de des du elle en est et faire il je l la le les ma mes mon ne ou par pas "
    "pour qu que quel quelle qui quoi sa se ses si son sur un une vous d n s c j m t y".split()
)
MOST_FOUND = 20
_EXCERPT = 180


@dataclass(frozen=True)
class Found:
    section: Section
    excerpt: str


def words_of(text: str) -> list[str]:
    """What is looked for: no accents, no small words, no plural."""
    words = re.findall(r"[a-z0-9]+", search_key(text.replace("’", " ").replace("'", " ")))
    telling = [word for word in words if word not in _EMPTY] or words
    return [word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in telling]


def find(text: str, own: Reader | None = None) -> list[Found]:
    """The sections with every word of `text`: those that name them in their title first, then those written for `own`;
    at most MOST_FOUND."""
    words = words_of(text)
    found = []
    for section in sections() if words else ():
        title, everything = section.keys
        if all(word in everything for word in words):
            foreign = own is not None and section.chapter.reader != own
            found.append((-sum(word in title for word in words), foreign, section))
    found.sort(key=lambda hit: hit[:2])
    return [Found(section, _excerpt(section.text, words)) for _, _, section in found[:MOST_FOUND]]


def _excerpt(text: str, words: list[str]) -> str:
    """The words around the first hit, whole words only."""
    parts = text.split()
    hits = [place for place, part in enumerate(parts) if any(word in search_key(part) for word in words)]
    start = max(0, min(hits[0] - 6, len(parts) - 25)) if hits else 0
    rest = " ".join(parts[start:])
    shown = rest if len(rest) <= _EXCERPT else rest[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return f"… {shown}" if start else shown
