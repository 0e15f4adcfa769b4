"""Where somebody was in a long list: what its address asked for stays in the session, and pages lead back to it."""

from django.http import HttpRequest
from django.urls import reverse


def remember(request: HttpRequest, name: str) -> None:
    """Keep what the list called `name` (of the site map) is asked for by this request's address."""
    asked = request.GET.urlencode()
    if request.session.get(name, "") != asked:
        request.session[name] = asked


def address(request: HttpRequest, name: str, line: str = "") -> str:
    """The list called `name` as the person last saw it, at the element `line` of its page."""
    asked = request.session.get(name, "")
    return reverse(name) + (f"?{asked}" if asked else "") + (f"#{line}" if line else "")
