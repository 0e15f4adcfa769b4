from django import forms
from django.core.validators import MaxValueValidator

from exams.forms import SelectionForm
from exams.models import Sitting, SittingQuerySet


class AttestationsForm(SelectionForm):
    """Whose attestations to print: `everyone`, or a selection of the list."""

    everyone = forms.BooleanField(required=False)


class DuplicateForm(forms.Form):
    """Which attestation of a candidate to make the duplicate of."""

    sitting = forms.ModelChoiceField(Sitting.objects.none())

    def __init__(self, *args, sittings: SittingQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sitting"].queryset = sittings


class PartForm(forms.Form):
    """Which part of a long document: `partie`, from 1."""

    partie = forms.IntegerField(min_value=1)

    def __init__(self, *args, parts: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partie"].validators.append(MaxValueValidator(parts))
