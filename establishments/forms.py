"""The forms of sign-in, sign-up and passwords. A password is never cleaned: what was typed is what counts."""

from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.account.app_settings import EmailVerificationMethod
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from esr.core.fields import TextField, clean_formfield
from esr.core.views import on_administration_s_host
from establishments import rules
from establishments.enums import Academy, Category, IdentifierKind, Status
from establishments.models import AccountRequest, AuthorisedEstablishment, Establishment, Membership, SignUp, User

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
        if self.request and on_administration_s_host(self.request):
            login.label, login.help_text = "Identifiant ou adresse mail", ""
        login.widget.attrs |= {"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}

    def clean(self):
        cleaned = super().clean()
        if self.user and not self.user.email:
            # A supervisor's account has no address that could be confirmed: its head opens it by setting a password.
            self._login.email_verification = EmailVerificationMethod.NONE
        return cleaned

    def user_credentials(self):
        """By address or by identifier, never both: the address of an account would be tried twice, and the answer
        take twice as long as for an address without account."""
        credentials = super().user_credentials()
        if "email" in credentials:
            credentials.pop("username", None)
        return credentials


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, {"oldpassword": "Mot de passe actuel", **_NEW_PASSWORD})


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self, {"password": "Mot de passe"})


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


def _code_field(hint: str) -> TextField:
    """Six digits of a telephone, or eight of a recovery code."""
    return TextField(
        label="Code de vérification",
        max_length=12,
        help_text=f"Les six chiffres que votre application affiche.{hint}",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


_WITHOUT_TELEPHONE = " Sans votre téléphone : un de vos codes de secours."


class SecondFactorForm(mfa_forms.AuthenticateForm):
    code = _code_field(_WITHOUT_TELEPHONE)


class SecondFactorAgainForm(mfa_forms.ReauthenticateForm):
    code = _code_field(_WITHOUT_TELEPHONE)


class ActivateSecondFactorForm(totp_forms.ActivateTOTPForm):
    code = _code_field("")


class IdentifierForm(forms.Form):
    """The first step of a sign-up: which establishment. Gives the identifier as the list has it, and its kind."""

    applicant = forms.ChoiceField(
        label="Votre établissement",
        widget=forms.RadioSelect,
        choices=[
            ("school", "Établissement scolaire, CFA, établissement pénitentiaire ou à l’étranger : son UAI"),
            ("greta", "GRETA : son UAI propre, et non celui de l’établissement support"),
            ("epide", "EPIDE : son acronyme"),
            ("pjj", "Établissement de la PJJ : son code mnémonique SRJ"),
            ("medico_social", "Établissement médico-social : son FINESS géographique"),
            ("teaching_unit", "Unité d’enseignement d’un établissement médico-social : son UAI"),
        ],
        error_messages={"required": "Choisissez ce qu’est votre établissement."},
    )
    identifier = TextField(
        label="Numéro/identifiant de l’établissement",
        max_length=30,
        help_text="Exemples : 0750655E pour un UAI, 010000024 pour un FINESS.",
        error_messages={"required": "Saisissez l’identifiant de l’établissement."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def clean(self):
        cleaned = super().clean()
        if not {"applicant", "identifier"} <= cleaned.keys():
            return cleaned
        kind, cleaned["category"] = rules.APPLICANTS[cleaned["applicant"]]
        identifier = rules.normal_identifier(kind, cleaned["identifier"])
        if kind == IdentifierKind.UAI and not rules.is_uai(identifier):
            self.add_error(
                "identifier",
                "Ce n’est pas un UAI : sept chiffres et une lettre, qui en est la clé. Vérifiez votre saisie.",
            )
        elif kind == IdentifierKind.FINESS and not rules.is_finess(identifier):
            self.add_error(
                "identifier",
                "Ce n’est pas un FINESS : neuf chiffres, dont le dernier est la clé. Vérifiez votre saisie ; "
                "une unité d’enseignement se sert de son UAI.",
            )
        return cleaned | {"kind": kind, "identifier": identifier}


def _fixed(label: str, value: str) -> TextField:
    """A field that says what is known and takes nothing; pages show it as text."""
    return TextField(label=label, initial=value, disabled=True, required=False)


class SignUpForm(forms.ModelForm):
    """The second step: the establishment as the list has it, to be completed, and a password (handbook 2.1)."""

    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        help_text=_RULE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Establishment
        fields = (
            "name",
            "email",
            "status",
            "academy",
            "department",
            "region",
            "address",
            "postal_code",
            "city",
            "time_zone",
        )
        formfield_callback = clean_formfield

    def __init__(self, *args, authorised: AuthorisedEstablishment, **kwargs):
        known = {name: getattr(authorised, name) for name in self.Meta.fields if hasattr(authorised, name)}
        zone = rules.time_zone_of(authorised.academy)
        super().__init__(*args, initial=known | {"time_zone": zone}, **kwargs)
        self.authorised = authorised
        identifier = _fixed("Numéro/identifiant de l’établissement", authorised.identifier)
        self.fields = {"identifier": identifier} | self.fields
        academy = self.fields["academy"]
        academy.label = "Académie et code de l’académie"
        academy.choices = [("", "Choisir"), *((code, f"{name} ({code})") for code, name in Academy.choices)]
        self.fields["status"].choices = [("", "Choisir"), *Status.choices]
        self.fields["status"].label = "Statut de l’établissement"
        if authorised.email:
            # The link goes where the list says, so that nobody opens an account in somebody else's name.
            self.fields["email"].disabled = True
        else:
            self.fields["email"].help_text = "Celle de l’établissement : le lien y sera envoyé."
            self.fields["email"].widget.attrs["autocomplete"] = "email"
        abroad = authorised.category == Category.ABROAD
        zones = sorted(available_timezones()) if abroad else rules.FRENCH_TIME_ZONES
        self.fields["time_zone"] = forms.ChoiceField(
            label="Fuseau horaire", choices=[(zone, zone) for zone in zones], help_text="L’heure des épreuves."
        )

    def clean(self):
        cleaned = super().clean()
        if "password" in cleaned:
            user = User(username=self.authorised.identifier, email=cleaned.get("email"))
            try:
                validate_password(cleaned["password"], user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def answers(self) -> dict[str, str]:
        """The fields of `Establishment`, once valid."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ConfirmSignUpForm(forms.Form):
    """The password of the sign-up: who follows the link is who asked."""

    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        help_text="Celui que vous avez choisi à l’inscription.",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, asked: SignUp, **kwargs):
        super().__init__(*args, **kwargs)
        self._asked = asked

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not check_password(password, self._asked.password):
            raise ValidationError(
                "Ce n’est pas le mot de passe choisi à l’inscription. S’il est perdu, recommencez l’inscription ; "
                "si vous n’avez rien demandé, fermez cette page."
            )
        return password


class AccountRequestForm(forms.ModelForm):
    """An establishment that is not on the list asks to be (handbook 2.1)."""

    class Meta:
        model = AccountRequest
        fields = ("name", "email", "category", "status", "academy", "city", "message")
        formfield_callback = clean_formfield

    def __init__(self, *args, instance: AccountRequest, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.fields = {"identifier": _fixed(instance.get_identifier_kind_display(), instance.identifier)} | self.fields
        for name in ("category", "status", "academy"):
            self.fields[name].choices = [("", "Choisir"), *self.fields[name].choices[1:]]
        self.fields["message"].label = "Pourquoi votre établissement organise des épreuves"
        self.fields["message"].help_text = "Facultatif : tout ce qui aidera à traiter la demande."
        self.fields["email"].help_text = "La réponse y sera envoyée, puis elle ouvrira le compte."


class RefusalForm(forms.Form):
    """An administrator refuses a request for an account; the reason goes to the establishment."""

    reason = TextField(
        label="Motif", max_length=2000, multiline=True, help_text="Il est envoyé à l’établissement tel quel."
    )


class AuthorisedListForm(forms.Form):
    """The open-data file of the establishments that may organise exams."""

    file = forms.FileField(label="Fichier", widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}))
    force = forms.BooleanField(
        label="Fermer les établissements absents du fichier même s’ils sont nombreux",
        required=False,
        help_text="À cocher seulement après un refus pour cette raison, une fois le fichier vérifié.",
    )


class ChooseEstablishmentForm(forms.Form):
    """« Choisissez votre établissement »: one of the person's own memberships; gives the Membership."""

    membership = forms.ChoiceField(
        label="Établissement",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un établissement.", "invalid_choice": "Choisissez un établissement."},
    )

    def __init__(self, *args, memberships: list[Membership], **kwargs):
        super().__init__(*args, **kwargs)
        self._memberships = {str(membership.pk): membership for membership in memberships}
        self.fields["membership"].choices = [
            (key, f"{row.establishment.name} ({row.establishment.identifier}) : {row.get_role_display()}")
            for key, row in self._memberships.items()
        ]

    def clean_membership(self):
        return self._memberships[self.cleaned_data["membership"]]


class GuideSearchForm(forms.Form):
    q = TextField(
        label="Rechercher dans le guide",
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}),
        error_messages={"required": "Écrivez un ou plusieurs mots, par exemple : tiers-temps."},
    )


class SearchForm(forms.Form):
    """The words that a list of the administration is searched for."""

    q = TextField(max_length=200, required=False)


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
