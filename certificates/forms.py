from django import forms

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
