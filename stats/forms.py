from collections.abc import Iterable
from datetime import date

from django import forms
from django.db.models import TextChoices

from establishments.enums import Academy, Attestation


class Order(TextChoices):
    """How the lines of the academy's page stand; the values after the first are fields of `queries.Figures`."""

    NAME = "", "Nom de l’établissement"
    REGISTERED = "registered", "Inscrits, du plus au moins"
    PRESENT = "present", "Présents, du plus au moins"
    ADMITTED = "admitted", "Admis, du plus au moins"
    RATE = "rate", "Taux de réussite, du plus haut au plus bas"


class AcademyForm(forms.Form):
    """Which academy a national administrator looks at."""

    academie = forms.ChoiceField(
        label="Académie",
        required=False,
        choices=[("", "Toutes, sans le détail"), *sorted(Academy.choices, key=lambda choice: choice[1])],
        error_messages={"invalid_choice": "Cette académie n’existe pas : choisissez-la dans la liste."},
    )


class FiguresForm(forms.Form):
    """What of the figures is shown, and in which order."""

    attestation = forms.ChoiceField(
        label="Attestation",
        required=False,
        choices=[("", "Toutes"), *Attestation.choices],
        error_messages={"invalid_choice": "Cette attestation n’existe pas : choisissez-la dans la liste."},
    )
    semaine = forms.TypedChoiceField(
        label="Semaine",
        required=False,
        coerce=date.fromisoformat,
        empty_value=None,
        error_messages={"invalid_choice": "Cette semaine n’a pas de chiffres : choisissez-la dans la liste."},
    )
    tri = forms.ChoiceField(
        label="Trier par",
        required=False,
        choices=Order.choices,
        error_messages={"invalid_choice": "Ce tri n’existe pas : choisissez-le dans la liste."},
    )

    def __init__(self, *args, weeks: Iterable[date], has_lines: bool, **kwargs):
        """`has_lines`: whether there are establishments to put in order."""
        super().__init__(*args, **kwargs)
        if not has_lines:
            del self.fields["tri"]
        named = [(week.isoformat(), f"Semaine du {week:%d/%m/%Y}") for week in weeks]
        self.fields["semaine"].choices = [("", "Toute la session"), *named]
