from html import unescape
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError

from esr.core.templatetags import components
from establishments.forms import SampleForm


def shown(source: str, **context) -> str:
    return " ".join(Template(source).render(Context(context)).split())


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ('{% alert kind="notice" text="Bonjour" %}', ValueError),
        ('{% alert kind="info" text=" " %}', ValueError),
        ('{% badge kind="green" label="Admis" %}', ValueError),
        ('{% badge kind="success" label="" %}', ValueError),
        ('{% field field="nom" %}', TypeError),
        ("{% field field=form.nothing %}", TypeError),
        ('{% form_errors form="nom" %}', TypeError),
        ("{% pagination page=3 params=params %}", TypeError),
        ('{% pagination page=page params="" %}', TypeError),
        ('{% pagination page=page params=params label="" %}', ValueError),
        ('{% progress label="" value=0 total=20 %}', ValueError),
        ('{% progress label="Avancement" value=21 total=20 %}', ValueError),
        ('{% progress label="Avancement" value=-1 total=20 %}', ValueError),
        ('{% file_link href="" label="Convocations" kind="PDF" %}', ValueError),
        ('{% file_link href="/x" label="Convocations" kind="" %}', ValueError),
        ('{% empty title="" text="Rien" %}', ValueError),
        ('{% empty title="Rien" text="Rien" href="/x" %}', ValueError),
        ('{% empty title="Rien" text="Rien" label="Ajouter" %}', ValueError),
    ],
)
def test_misuse_raises(source, error):
    context = {"form": SampleForm(), "params": QueryDict(), "page": Paginator(range(3), 10).page(1)}
    with pytest.raises(error):
        shown(source, **context)


@pytest.mark.parametrize(
    "source",
    [
        '{% alert text="Bonjour" %}',
        '{% alert "info" "Bonjour" %}',
        '{% badge kind="success" %}',
        "{% field %}",
        "{% pagination page=page %}",
        '{% progress label="Avancement" value=1 %}',
        '{% file_link href="/x" label="Convocations" %}',
        '{% empty title="Rien" %}',
        '{% tab label="Aide" %}',
    ],
)
def test_a_missing_or_positional_argument_does_not_compile(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)


def test_a_widget_without_markup_raises():
    form = forms.Form()
    form.fields["when"] = forms.SplitDateTimeField(widget=forms.SplitDateTimeWidget)
    with pytest.raises(ValueError, match="SplitDateTimeWidget"):
        components.field(field=form["when"])


@pytest.mark.parametrize("kind", components.ALERT_KINDS)
def test_alert(kind):
    html = shown("{% alert kind=kind title='Attention' text=text %}", kind=kind, text="<b>")
    assert html == (
        f'<div class="fr-alert fr-alert--{kind}"> '
        '<h2 class="fr-alert__title fr-h6">Attention</h2> <p>&lt;b&gt;</p> </div>'
    )


def test_no_mark_stands_alone_at_the_beginning_of_a_line():
    class Wrong(SampleForm):
        def clean(self):
            self.add_error("name", "Écrivez « 5A » : rien d’autre.")

    form = Wrong({})
    said = "« 5A » : "
    sources = [
        "{% alert kind='info' title=said text=said %}",
        "{% empty title=said text=said %}",
        "{% form_errors form=form %}",
        "{% field field=form.name %}",
    ]
    for source in sources:
        html = Template(source).render(Context({"said": said, "form": form}))
        assert "«\u00a05A\u00a0»\u00a0:" in html
        assert "« 5A" not in html


def test_a_neutral_badge_has_no_kind():
    assert shown('{% badge kind="neutral" label="À venir" %}') == '<span class="fr-badge fr-badge--sm">À venir</span>'
    assert shown('{% badge kind="new" label="À venir" %}') == (
        '<span class="fr-badge fr-badge--sm fr-badge--new">À venir</span>'
    )


@pytest.mark.parametrize("name", SampleForm.base_fields)
def test_a_field_says_its_label_hint_and_error_where_a_screen_reader_finds_them(name):
    class Hinted(SampleForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            for one in self.fields.values():
                one.required, one.help_text = True, "Un conseil"

    bound = Hinted({})[name]
    html = unescape(shown("{% field field=field %}", field=bound))
    grouped = bound.use_fieldset
    label = f'id="id_{name}_legend">{bound.label}</legend>' if grouped else f'for="id_{name}">{bound.label}</label>'
    assert html.count(label) == 1
    assert html.count(f'aria-describedby="id_{name}_helptext id_{name}_error"') == 1
    assert html.count(f'id="id_{name}_helptext">Un conseil</span>') == 1
    assert html.count(f'id="id_{name}_error"') == 1
    assert html.count("Ce champ est obligatoire.") == 1


def test_each_widget_has_its_markup():
    form = SampleForm()
    kinds = {name: components.field(field=form[name])["markup"] for name in form.fields}
    assert kinds == {
        "name": "input",
        "day": "input",
        "notes": "input",
        "attestation": "select",
        "sex": "radio",
        "themes": "checkboxes",
        "extra_time": "checkbox",
        "file": "upload",
        "secret": "password",
    }
    html = shown("{% field field=field %}", field=form["themes"])
    assert html.count('<div class="fr-checkbox-group">') == 2
    assert html.count('<input type="checkbox"') == 2


def test_a_hidden_field_is_only_its_input():
    class Hidden(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput, label="Jeton")

    assert shown("{% field field=field %}", field=Hidden()["token"]) == (
        '<input type="hidden" name="token" id="id_token">'
    )


def test_the_widget_keeps_its_own_class():
    class Wide(forms.Form):
        name = forms.CharField(label="Nom", widget=forms.TextInput(attrs={"class": "app-wide"}))

    assert 'class="app-wide fr-input"' in shown("{% field field=field %}", field=Wide()["name"])


def test_form_errors_leads_to_each_field():
    form = SampleForm({"name": "5A", "day": "2026-03-14", "attestation": "ASSR1", "secret": "x", "extra_time": "on"})
    form.add_error(None, "La session est close.")
    lines = components.form_errors(form=form)["lines"]
    assert [(line["href"], line["text"]) for line in lines] == [
        ("", "La session est close."),
        ("#id_sex_0", "Ce champ est obligatoire."),
        ("#id_themes_0", "Ce champ est obligatoire."),
        ("#id_file", "Ce champ est obligatoire."),
    ]
    assert "4 erreurs sont à corriger" in shown("{% form_errors form=form %}", form=form)


def test_form_errors_is_nothing_without_errors():
    assert shown("{% form_errors form=form %}", form=SampleForm()) == ""


def test_pagination_keeps_the_search_and_replaces_the_page():
    paginator = Paginator(range(95), 10)
    shape = components.pagination(page=paginator.page(5), params=QueryDict("q=é&page=5&tri=nom"))
    assert shape["previous"] == "?q=%C3%A9&page=4&tri=nom"
    assert shape["next"] == "?q=%C3%A9&page=6&tri=nom"
    assert [link["number"] for link in shape["links"]] == [1, "…", 4, 5, 6, "…", 10]
    assert [link["number"] for link in shape["links"] if link["here"]] == [5]


def test_pagination_of_one_page_is_its_count():
    html = "{% pagination page=page params=params %}"
    one, many = Paginator(range(1), 10).page(1), Paginator(range(5), 10).page(1)
    assert shown(html, page=one, params=QueryDict()) == '<p class="fr-text--sm fr-mb-2w">1 résultat</p>'
    assert shown(html, page=many, params=QueryDict()) == '<p class="fr-text--sm fr-mb-2w">5 résultats</p>'


def test_progress():
    assert '<progress value="7" max="20"></progress>' in shown('{% progress label="Avancement" value=7 total=20 %}')
    assert "7 / 20" in shown('{% progress label="Avancement" value=7 total=20 %}')
    assert "<progress ></progress>" in shown('{% progress label="Avancement" value=0 total=0 %}')


def test_file_link_downloads_under_its_kind():
    assert shown('{% file_link href="/a.pdf" label="Convocations" kind="PDF" %}') == (
        '<a class="fr-link fr-link--download" href="/a.pdf" download>Convocations '
        '<span class="fr-link__detail">PDF</span></a>'
    )


@pytest.mark.parametrize(
    ("path", "below", "current"),
    [
        ("/aide/", True, "page"),
        ("/aide/technique/", True, "true"),
        ("/aide/technique/", False, ""),
        ("/accueil/", True, ""),
    ],
)
def test_a_tab_knows_whether_it_is_shown(path, below, current):
    context = {"request": SimpleNamespace(path=path)}
    assert components.tab(context, name="help", label="Aide", below=below)["current"] == current


def test_french_spaces_do_not_break():
    assert components.french("Que faire ? Ouvrez « Aide » : c'est là.") == (
        "Que faire\u00a0? Ouvrez «\u00a0Aide\u00a0»\u00a0: c'est là."
    )


def test_the_living_page_shows_every_component(head_client):
    response = head_client.get("/composants/")
    assert response.status_code == 200
    files = {f"components/{file.name}" for file in (settings.BASE_DIR / "templates/components").glob("*.html")}
    assert files
    assert files - {template.name for template in response.templates} == set()
    html = response.content.decode()
    assert html.count('<meta name="robots" content="noindex">') == 1
    for kind in components.ALERT_KINDS:
        assert html.count(f"fr-alert--{kind}") >= 2
    for kind in components.BADGE_KINDS:
        assert f">{kind}</span>" in html
