"""The habits of the house that a machine can check."""

import inspect
import re
from collections import Counter
from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from candidates.models import Candidate
from esr.core.fields import TextField
from stats.forms import AcademyForm, FiguresForm

OURS = ["core", "establishments", "candidates", "exams", "certificates", "stats", "ops"]
ACCESS = {"public", "signed in", "account owner", "head", "staff", "administrator", "candidate", "bearer"}


def test_rows_are_saved_by_actions_only():
    """Reads are QuerySet methods, writes are verbs: `.save(` stands in no view, form, query or task."""
    labels = ("establishments", "candidates", "exams", "certificates", "stats")
    sources = [path for label in labels for path in (settings.BASE_DIR / label).rglob("*.py")]
    sources = [path for path in sources if not {"migrations", "actions"} & set(path.parts)]
    sources = [path for path in sources if "exams/bank" not in path.as_posix()]  # it draws on a canvas
    # Not rows: a session, and the picture of a QR code; nor a model's own say in how it is saved.
    writes = re.compile(r"(?<!session)(?<!super\(\))\.(save|bulk_create|bulk_update)\((?!svg)")
    writers = {path.name for path in sources if writes.search(path.read_text())}
    # documents writes a Word file, not a row.
    assert writers <= {"actions.py", "documents.py", "admin.py"}


def url_patterns(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from url_patterns(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            assert isinstance(pattern, URLPattern)
            yield prefix + str(pattern.pattern), pattern.callback


def undeclared(patterns) -> list[str]:
    """Addresses outside Django admin, which guards itself, whose view does not say who may use it."""
    return [
        address
        for address, view in patterns
        if not address.startswith("administration/") and getattr(view, "access", None) not in ACCESS
    ]


def test_every_url_declares_who_may_use_it():
    assert undeclared(url_patterns()) == []


def test_an_undeclared_url_is_noticed():
    assert undeclared([("ouvert/", lambda request: None)]) == ["ouvert/"]


def test_no_address_and_no_name_stands_twice():
    addresses = Counter(address for address, _ in url_patterns() if not address.startswith("administration/"))
    assert [address for address, count in addresses.items() if count > 1] == []


def test_every_model_is_purged_or_kept():
    fates = Counter()
    for label in OURS:
        config = apps.get_app_config(label)
        if not list(config.get_models()):
            continue
        purge = import_module(f"{config.name}.purge")
        fates.update(purge.PURGED)
        fates.update(purge.KEPT)
    models = {model for label in OURS for model in apps.get_app_config(label).get_models()}
    assert {model for model, count in fates.items() if count > 1} == set()
    assert set(fates) == models


def test_a_purged_model_never_holds_back_the_purge():
    """CASCADE along ownership: nothing kept points to what goes."""
    purged = {m for label in OURS for m in getattr(_purge_of(label), "PURGED", [])}
    for label in OURS:
        for model in getattr(_purge_of(label), "KEPT", []):
            targets = {field.related_model for field in model._meta.get_fields() if field.many_to_one}
            assert not targets & purged, model


def _purge_of(label):
    config = apps.get_app_config(label)
    return import_module(f"{config.name}.purge") if list(config.get_models()) else None


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def our_forms():
    for label in OURS:
        try:
            module = import_module(f"{apps.get_app_config(label).name}.forms")
        except ModuleNotFoundError:
            continue
        for _, form in inspect.getmembers(module, inspect.isclass):
            if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                yield form


def uncleaned(form) -> list[str]:
    """Text fields that do not go through the one cleaning function; passwords are taken as they are typed."""
    plain = (forms.CharField, forms.EmailField)
    return [
        name
        for name, field in form.base_fields.items()
        if type(field) in plain and not isinstance(field.widget, forms.PasswordInput) and type(field) is not TextField
        and not isinstance(field, forms.EmailField)
    ]  # fmt: skip


def test_text_enters_through_the_one_door():
    assert {form.__name__: uncleaned(form) for form in our_forms() if uncleaned(form)} == {}


def test_a_plain_text_field_is_noticed():
    class Careless(forms.Form):
        name = forms.CharField()

    assert uncleaned(Careless) == ["name"]


@pytest.mark.django_db
def test_the_strict_client_refuses_a_get_that_writes(client, establishment, rf):
    from tests.conftest import _WRITES

    assert _WRITES.match('INSERT INTO "candidates_candidate" …')
    assert not _WRITES.match('SELECT "candidates_candidate"."id" …')
    assert Candidate.objects.count() == 0


@pytest.mark.parametrize(
    "page",
    [b"<script>x</script>", b"<p style='a'>", b'<p style="a">', b'<a onclick="x">', b"<style>", b"{{ x }}", b"{% x %}"],
)
def test_the_strict_client_refuses_inline_code(client, page):
    from django.http import HttpResponse

    from tests.conftest import StrictClient

    response = HttpResponse(b"<html>" + page)
    response.wsgi_request = type("Request", (), {"path": "/"})
    with pytest.raises(AssertionError):
        StrictClient()._checked(response)


# Forms that may; the first two no browser sends: scripts read them, and they are hidden until a script is there.
HARMLESS = {
    "certificates/public/verification.html": "the pasted text stays in the page",
    "exams/candidate/_rescue.html": "the code opens the result file in the page",
    "establishments/guide/_search.html": "words of the guide, which says nothing of anybody",
    "admin/figures.html": "choices alone: see below",
}
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_FREE_TEXT = re.compile(
    r"<textarea|{%\s*field\b|{{\s*(?:field|form(?:\.\w+)?)\s*}}"
    r"""|<input\b(?![^>]*type="(hidden|checkbox|radio|submit)")""",
    re.IGNORECASE,
)


def typed_into_addresses(source: str) -> list[str]:
    """The forms of a template that put what is typed into an address, which browsers and servers keep."""
    return [
        attributes.strip()
        for attributes, inside in _FORM.findall(source)
        if not re.search(r'method="(post|dialog)"', attributes) and _FREE_TEXT.search(inside)
    ]


def test_nothing_typed_enters_an_address():
    root = settings.BASE_DIR / "templates"
    found = {
        path.relative_to(root).as_posix() for path in root.rglob("*.html") if typed_into_addresses(path.read_text())
    }
    assert found == set(HARMLESS)


@pytest.mark.parametrize(
    "form",
    [
        '<form><input name="q"></form>',
        '<form method="get" role="search"><input type="search" name="q"></form>',
        '<form method="get"><textarea name="a"></textarea></form>',
        "<form method='get'>{% field field=form.name %}</form>",
        "<form method='get'>{{ form.name }}</form>",
    ],
)
def test_a_form_that_types_into_an_address_is_noticed(form):
    assert typed_into_addresses(form)
    assert not typed_into_addresses(form.replace("<form", '<form method="post"'))


def test_the_figures_are_asked_for_by_choices_alone():
    asked = [*AcademyForm.base_fields.values(), *FiguresForm.base_fields.values()]
    assert asked
    assert [field for field in asked if not isinstance(field, forms.ChoiceField)] == []
