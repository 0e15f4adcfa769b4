"""How people sign in: password rule and sign-up policy."""

import re

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.urls import reverse


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
