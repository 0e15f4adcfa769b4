from django import forms
from django.core.exceptions import ValidationError

from candidates.models import Candidate
from establishments.models import Establishment


class AttestationsForm(forms.Form):
    """Whose attestations to print: `everyone`, or the `candidates` ticked on a list. Never everyone by mistake."""

    everyone = forms.BooleanField(required=False)
    candidates = forms.ModelMultipleChoiceField(Candidate.objects.none(), required=False)

    def __init__(self, *args, establishment: Establishment, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["candidates"].queryset = Candidate.objects.of(establishment).of_year(year)

    def clean(self):
        fields = super().clean()
        if not self.errors and not fields["everyone"] and not fields["candidates"]:
            raise ValidationError("Cochez au moins un candidat.")
        return fields
