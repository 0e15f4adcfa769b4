"""The pages' building blocks: State design system markup in one place, each with keyword-only arguments.

Every component raises on misuse (TypeError for a missing argument, ValueError for an unknown kind or an empty text),
so that a mistake in a template is an error of its first test and never a hole in a page. `/composants/` shows them all.
"""

import re

from django import forms, template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.urls import reverse

register = template.Library()

ALERT_KINDS = ("error", "warning", "info", "success")
BADGE_KINDS = ("success", "error", "info", "warning", "new", "neutral")

_CSS = {"input": "fr-input", "password": "fr-password__input fr-input", "select": "fr-select", "upload": "fr-upload"}
_INPUT_TYPES = {"text", "email", "number", "url", "tel", "search", "date", "datetime-local", "time", "password"}

_BEFORE = re.compile(r" ([;:!?»])")
_AFTER = re.compile(r"(«) ")


def _known(kind: str, kinds: tuple[str, ...]) -> str:
    if kind not in kinds:
        raise ValueError(f"{kind!r} is none of {', '.join(kinds)}")
    return kind


def _filled(**texts: str) -> None:
    for name, text in texts.items():
        if not str(text).strip():
            raise ValueError(f"{name!r} is empty")


@register.filter
def french(text: str) -> str:
    """No-break spaces where French wants them: typed text has lost its own in `esr.core.text.clean`."""
    return _BEFORE.sub("\u00a0\\1", _AFTER.sub("\\1\u00a0", text))


@register.inclusion_tag("components/alert.html")
def alert(*, kind: str, text: str, title: str = "") -> dict:
    """A message in the page; without a title it is the small one."""
    _filled(text=text)
    return {"kind": _known(kind, ALERT_KINDS), "title": title, "text": str(text)}


@register.inclusion_tag("components/badge.html")
def badge(*, kind: str, label: str) -> dict:
    """A state in one or two words. The kinds other than neutral carry an icon, never colour alone."""
    _filled(label=label)
    return {"kind": _known(kind, BADGE_KINDS), "label": label}


@register.inclusion_tag("components/field.html")
def field(*, field: BoundField) -> dict:
    """A form field with its label, hint and errors, in the markup that its widget asks for."""
    if not isinstance(field, BoundField):
        raise TypeError(f"field must be a bound field of a form, not {field!r}")
    widget = field.field.widget
    markup = _markup_of(widget)
    wrong = "fr-input--error" if markup == "password" and field.errors else ""
    css = [widget.attrs.get("class"), _CSS.get(markup), wrong]
    attrs = {"class": " ".join(filter(None, css))} if any(css) else {}
    return {
        "field": field,
        "markup": markup,
        "widget": "" if markup in ("radio", "checkboxes") else field.as_widget(attrs=attrs),
    }


def _markup_of(widget: forms.Widget) -> str:
    """Which branch of the template shows the widget; ValueError for a widget that none of them can show."""
    match widget:
        case _ if widget.is_hidden:
            return "hidden"
        case forms.CheckboxSelectMultiple():  # a kind of RadioSelect in Django
            return "checkboxes"
        case forms.RadioSelect():
            return "radio"
        case forms.CheckboxInput():
            return "checkbox"
        case forms.Select():
            return "select"
        case forms.FileInput():
            return "upload"
        case forms.PasswordInput():
            return "password"
        case forms.Textarea():
            return "input"
        case forms.widgets.Input() if widget.input_type in _INPUT_TYPES:
            return "input"
    raise ValueError(f"No component shows a {type(widget).__name__}")


@register.inclusion_tag("components/form_errors.html")
def form_errors(*, form: BaseForm) -> dict:
    """The summary above an invalid form, each line a link to its field; nothing when the form has no error."""
    if not isinstance(form, BaseForm):
        raise TypeError(f"form must be a form, not {form!r}")
    lines = [{"text": text, "href": ""} for text in form.non_field_errors()]
    for bound in form:
        # A group of choices has no control of its own: its first option is where the keyboard goes.
        target = bound.id_for_label or f"{bound.auto_id}_0"
        href = "" if bound.is_hidden else f"#{target}"
        lines += [{"text": text, "href": href, "label": bound.label} for text in bound.errors]
    return {"lines": lines}


@register.inclusion_tag("components/pagination.html")
def pagination(*, page: Page, params: QueryDict, label: str = "Pagination") -> dict:
    """« n résultats » and the links to the pages; `params` are the query's other parameters, kept in every link.

    `label` tells two paginations of one page apart.
    """
    _filled(label=label)
    if not isinstance(page, Page):
        raise TypeError(f"page must be a page of a paginator, not {page!r}")
    if not isinstance(params, QueryDict):
        raise TypeError(f"params must be the request's GET, not {params!r}")

    def href(number: int) -> str:
        query = params.copy()
        query["page"] = number
        return "?" + query.urlencode()

    paginator = page.paginator
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "label": label,
        "count": paginator.count,
        "previous": href(page.previous_page_number()) if page.has_previous() else "",
        "next": href(page.next_page_number()) if page.has_next() else "",
        "links": [
            {"number": number, "href": href(number) if isinstance(number, int) else "", "here": number == page.number}
            for number in numbers
        ],
    }


@register.inclusion_tag("components/progress.html")
def progress(*, label: str, value: int, total: int) -> dict:
    """A progress bar with its label and « value / total » in words; a total of 0 means that it is not known yet."""
    _filled(label=label)
    if value < 0 or (total and value > total):
        raise ValueError(f"{value} is not between 0 and {total}")
    return {"label": label, "value": value, "total": total}


@register.inclusion_tag("components/file_link.html")
def file_link(*, href: str, label: str, kind: str) -> dict:
    """A link that downloads a file; `kind` is what follows the label: « PDF », « CSV », « Excel »."""
    _filled(href=href, label=label, kind=kind)
    return {"href": href, "label": label, "kind": kind}


@register.inclusion_tag("components/empty.html")
def empty(*, title: str, text: str, href: str = "", label: str = "") -> dict:
    """What a list says when it is empty, with the way to fill it: `href` and `label` come together."""
    _filled(title=title, text=text)
    if bool(href) != bool(label):
        raise ValueError("href and label come together")
    return {"title": title, "text": text, "href": href, "label": label}


@register.inclusion_tag("components/tab.html", takes_context=True)
def tab(context, *, name: str, label: str, below: bool = True) -> dict:
    """A link of the main navigation to the page called `name`; it knows whether it is the page shown.

    With `below` it is also marked on the pages whose address lies below its own.
    """
    _filled(label=label)
    href, path = reverse(name), context["request"].path
    current = "page" if path == href else "true" if below and path.startswith(href) else ""
    return {"href": href, "label": label, "current": current}
