"""How people sign in: password rule and sign-up policy."""

import hashlib
import io
import re
import unicodedata
from pathlib import Path

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from esr.core import logs, mails, secret


class CharacterKindsValidator:
    """Handbook 2.1: a password holds an upper-case letter, a digit and a special character."""

    _KINDS = (
        (re.compile(r"[A-ZÀ-ÖØ-Þ]"), "une majuscule"),
        (re.compile(r"\d"), "un chiffre"),
        (re.compile(r"[^\w\s]|_"), "un caractère spécial"),
    )

    def validate(self, password, user=None):
        missing = [name for pattern, name in self._KINDS if not pattern.search(password)]
        if missing:
            raise ValidationError(f"Il manque {' et '.join(missing)} au mot de passe.", code="password_kinds")

    def get_help_text(self):
        return "Votre mot de passe doit comporter une majuscule, un chiffre et un caractère spécial."


# What people of this platform would think of first. Without accents and in small letters, as stems are compared.
OUR_WORDS = (
    "assr asr aer attestation securite securiteroutiere route routier permis educationnationale education ministere "
    "academie college lycee ecole etablissement cfa greta epide principal proviseur chefetablissement surveillant "
    "examen epreuve candidat eleve administrateur administration plateforme motdepasse password bonjour bienvenue"
).split()
_LOOKALIKES = str.maketrans("@4310$57!", "aaeiossti")


class EasyStemValidator(CommonPasswordValidator):
    """A long password with one capital, one digit and one sign is as easy as what it is made of: « Motdepasse2026! ».

    What is left of it without digits and signs, in small letters and with look-alikes turned back (« P@ssw0rd »), must
    be neither a common password, nor one of OUR_WORDS, nor either of them repeated.
    """

    def validate(self, password, user=None):
        plain = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", unicodedata.normalize("NFKD", password.casefold()))
        stems = {"".join(filter(str.isalpha, text)) for text in (plain, plain.translate(_LOOKALIKES))}
        if any(self._is_easy(stem) for stem in stems):
            raise ValidationError(
                "Ce mot de passe est un mot courant à peine transformé : ajoutez-lui d’autres mots.", code="easy_stem"
            )

    def _is_easy(self, stem: str) -> bool:
        roots = {stem, *(stem[: len(stem) // n] for n in (2, 3, 4) if stem == stem[: len(stem) // n] * n)}
        return any(len(root) < 3 or root in OUR_WORDS or root in self.passwords for root in roots)

    def get_help_text(self):
        return "Votre mot de passe ne doit pas être un mot courant à peine transformé."


class BreachedPasswordValidator:
    """With BREACHED_PASSWORDS set: no password that is known from a breach.

    The file is looked through where it lies, by halves: 40 reads in a file of 40 GB; nothing is sent to anybody.
    """

    def validate(self, password, user=None):
        file = settings.BREACHED_PASSWORDS
        if file and is_breached(file, password):
            raise ValidationError(
                "Ce mot de passe figure dans une liste de mots de passe volés : choisissez-en un autre, partout où "
                "vous l’employez.",
                code="breached",
            )

    def get_help_text(self):
        return "Votre mot de passe ne doit pas figurer parmi les mots de passe volés connus."


def is_breached(file: Path, password: str) -> bool:
    """Whether the password's SHA-1 begins a line of `file`, whose lines are in the order of their hashes."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        while low < high:  # the line that begins at or after `middle`, compared
            middle = (low + high) // 2
            lines.seek(max(middle - 1, 0))
            if middle:
                lines.readline()
            line = lines.readline()[:40]
            if line == wanted:
                return True
            if not line or line > wanted:
                high = middle
            else:
                low = middle + 1
    return False


# One sentence whatever was wrong: it must not tell which addresses have an account.
_REFUSED = "L’adresse ou l’identifiant et le mot de passe ne correspondent pas. Vérifiez votre saisie et recommencez."


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made with an establishment, never by allauth's own sign-up page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _REFUSED,
        "username_password_mismatch": _REFUSED,
        "invalid_login": _REFUSED,
        "too_many_login_attempts": "Trop d’essais de suite pour ce compte. Attendez cinq minutes et recommencez.",
        "enter_current_password": "Ce n’est pas le mot de passe actuel de ce compte.",
        "incorrect_password": "Ce n’est pas le mot de passe de ce compte.",
    }

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            login = credentials.get("email") or credentials.get("username") or ""
            logs.event("sign_in_closed", request, who=logs.pseudonym("login", login.casefold()))
            raise

    def render_mail(self, template_prefix, email, context, headers=None):
        """Plain text and HTML made from it, as all of the platform's e-mails."""
        plain = super().render_mail(template_prefix, email, context, headers)
        return mails.message(subject=plain.subject, body=plain.body, to=plain.to)

    def send_password_reset_mail(self, user, email, context):
        """An academic account has no password here, and must not get one: its rights end where it was made."""
        name = "password_reset_key" if user.has_usable_password() else "unknown_account"
        self.send_mail(f"account/email/{name}", email, context)


# What a sign-up's addresses carry from one page to the next: an establishment's identifier, as the list has it. Signed
# so that the pages, which show the list's e-mail address, cannot be walked through by counting.
_IDENTITY_SALT = "establishments.sign_up"


def identity_key(kind: str, identifier: str, category: str) -> str:
    return signing.dumps([kind, identifier, category], salt=_IDENTITY_SALT)


def read_identity_key(key: str) -> tuple[str, str, str]:
    """Identifier kind, identifier, category. Raises signing.BadSignature."""
    kind, identifier, category = signing.loads(key, salt=_IDENTITY_SALT)
    return kind, identifier, category


_SECOND_FACTOR = b"esr second factor v1"


class SecondFactorAdapter(DefaultMFAAdapter):
    """The code of a telephone beside the password: for administrators a duty, for heads a choice."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon ou a déjà servi : attendez le suivant et saisissez-le.",
        "cannot_delete_authenticator": "Un compte d’administration garde toujours la double authentification.",
        "unverified_email": "Validez d’abord l’adresse mail de ce compte.",
    }

    def encrypt(self, text: str) -> str:
        """What a telephone's code is worked out from: a copy of the database alone gives no code."""
        return secret.seal(text, _SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValueError when no SECRET_KEY of ours encrypted it: no code is then right."""
        return secret.unseal(encrypted_text, _SECOND_FACTOR)

    def build_totp_svg(self, url: str) -> str:
        """Drawn without a style attribute, which the content security policy refuses inside images too."""
        svg = io.BytesIO()
        segno.make(url, micro=False).save(svg, kind="svg", scale=5, light="#fff")
        return svg.getvalue().decode()

    def can_delete_authenticator(self, authenticator) -> bool:
        return not (authenticator.user.is_staff and settings.ADMIN_TOTP_REQUIRED)
