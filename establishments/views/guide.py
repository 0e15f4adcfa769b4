"""The online guide: open to anybody, for those who wonder before they have an account."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from establishments import guide
from establishments.enums import Reader, Role
from establishments.forms import GuideSearchForm
from establishments.perms import public

# Whose chapters come first.
_READERS = {Role.HEAD: Reader.HEAD, Role.SUPERVISOR: Reader.SUPERVISOR}


def _own(request) -> Reader | None:
    return _READERS.get(request.membership.role) if request.membership else None


def _page(request, template: str, context: dict):
    layout = "school.html" if request.membership else "public.html"
    form = context.pop("form", None) or GuideSearchForm(auto_id="recherche_%s")
    return render(request, f"establishments/guide/{template}.html", {"layout": layout, "form": form, **context})


@public
@require_safe
def guide_index(request):
    own = _own(request)
    readers = sorted(Reader, key=lambda reader: reader != own)
    return _page(request, "index", {"readers": [(reader, guide.of_reader(reader)) for reader in readers]})


@public
@require_safe
def guide_chapter(request, reader: str, name: str):
    chapter = guide.chapters().get(f"{reader}/{name}")
    if chapter is None:
        raise Http404
    siblings = guide.of_reader(reader)
    place = siblings.index(chapter)
    context = {
        "chapter": chapter,
        "siblings": siblings,
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place + 1 < len(siblings) else None,
    }
    return _page(request, "chapter", context)


@public
@require_safe
def guide_search(request):
    """By GET: whoever asks how something is done names nobody, and a result can be sent to a colleague."""
    form = GuideSearchForm(request.GET or None, auto_id="recherche_%s")
    asked = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    return _page(request, "search", {"form": form, "asked": asked, "found": guide.find(asked, _own(request))})
