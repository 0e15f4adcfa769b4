from django import forms

from exams.forms import SelectionForm


class AttestationsForm(SelectionForm):
    """Whose attestations to print: `everyone`, or a selection of the list."""

    everyone = forms.BooleanField(required=False)
