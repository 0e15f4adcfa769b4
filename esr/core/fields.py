"""Form fields that clean their text on the way in."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from esr.core.text import TextError, clean


class TextField(forms.CharField):
    """A CharField whose value went through `esr.core.text.clean`; `multiline` keeps line breaks."""

    def __init__(self, *, multiline: bool = False, **kwargs):
        self.multiline = multiline
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        # The limit is checked after cleaning, in code points: a browser counts UTF-16 units and line breaks as two.
        self.code_points = kwargs.pop("max_length", None)
        super().__init__(**kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return self.empty_value
        try:
            return clean(value, max_length=self.code_points, multiline=self.multiline)
        except TextError as error:
            raise ValidationError(str(error)) from error


def clean_formfield(db_field: models.Field, **kwargs) -> forms.Field | None:
    """`formfield_callback` of every ModelForm: text columns get the cleaning field, others their own."""
    if isinstance(db_field, models.TextField) and not db_field.choices:
        return db_field.formfield(
            form_class=TextField, multiline=True, widget=forms.Textarea(attrs={"rows": 4}), **kwargs
        )
    if type(db_field) is models.CharField and not db_field.choices:
        return db_field.formfield(form_class=TextField, **kwargs)
    return db_field.formfield(**kwargs)
