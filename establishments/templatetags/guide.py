"""The guide's links in pages."""

from django import template
from django.urls import reverse

from establishments import guide
from establishments.guide.screens import help_for

register = template.Library()


@register.simple_tag(takes_context=True)
def help_url(context) -> str:
    """Where the guide speaks of the page shown; its index when no section does, as on a page of an error."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is None:
        return reverse("guide_index")
    membership = getattr(request, "membership", None)
    role = membership.role if membership else None
    section = help_for(match.url_name or "", role=role, administration=match.app_name == "admin")
    return guide.section(section).url if section else reverse("guide_index")
