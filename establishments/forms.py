"""The forms of sign-in and passwords. A password is never cleaned: what was typed is what counts."""

from allauth.account import forms as allauth_forms
from allauth.account.app_settings import EmailVerificationMethod
from django import forms

from esr.core.fields import TextField

_RULE = "12 caractères au moins, dont une majuscule, un chiffre et un caractère spécial."
_NEW_PASSWORD = {"password1": "Nouveau mot de passe", "password2": "Nouveau mot de passe (une seconde fois)"}


def _name(form: forms.Form, labels: dict[str, str]) -> None:
    """Give the fields our labels and hints: allauth's repeat the label as a placeholder and hold markup."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = _RULE if name == "password1" else ""
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):
    """A head signs in with the establishment's address, a supervisor with the account's identifier (handbook 2.1)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, {"login": "Adresse mail de votre établissement", "password": "Mot de passe"})
        login = self.fields["login"]
        login.help_text = "Pour un compte surveillant : son identifiant."
        login.widget.attrs |= {"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}

    def clean(self):
        cleaned = super().clean()
        if self.user and not self.user.email:
            # A supervisor's account has no address that could be confirmed: its head opens it by setting a password.
            self._login.email_verification = EmailVerificationMethod.NONE
        return cleaned


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, {"oldpassword": "Mot de passe actuel", **_NEW_PASSWORD})


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, {"email": "Adresse mail de votre établissement"})
        self.fields["email"].help_text = "Format attendu : nom@domaine.fr"


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, _NEW_PASSWORD)


class SupervisorPasswordForm(allauth_forms.SetPasswordForm):
    """The head chooses the supervisor's password; `user` is the supervisor's account."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, {"password1": "Mot de passe du surveillant", "password2": "Mot de passe (une seconde fois)"})


class SampleForm(forms.Form):
    """One field of each kind, for the page that shows the components."""

    name = TextField(label="Nom de l'épreuve", help_text="Exemple : 5A, candidats absents le 15/05.")
    day = forms.DateField(label="Date planifiée", widget=forms.DateInput(attrs={"type": "date"}))
    notes = TextField(label="Informations complémentaires", multiline=True, required=False)
    attestation = forms.ChoiceField(label="Attestation", choices=[("", "Choisir"), ("ASSR1", "ASSR1"), ("AER", "AER")])
    sex = forms.ChoiceField(label="Sexe", choices=[("F", "Féminin"), ("M", "Masculin")], widget=forms.RadioSelect)
    themes = forms.MultipleChoiceField(
        label="Thèmes",
        help_text="Un ou plusieurs.",
        choices=[("circulation", "Circulation"), ("vitesse", "Vitesse")],
        widget=forms.CheckboxSelectMultiple,
    )
    extra_time = forms.BooleanField(label="Candidat avec tiers-temps", help_text="60 secondes par question.")
    file = forms.FileField(label="Importer un fichier CSV", help_text="Un fichier .csv de 2 Mo au plus.")
    secret = forms.CharField(label="Mot de passe", widget=forms.PasswordInput)
