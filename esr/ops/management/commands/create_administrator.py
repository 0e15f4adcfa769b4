import getpass
import os
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from esr.core.text import clean
from esr.core.views import administration_address
from establishments.actions import create_administrator
from establishments.enums import Academy
from establishments.models import User

VARIABLE = "ADMINISTRATOR_PASSWORD"


class Command(BaseCommand):
    help = (
        "Makes an administrator's account: national, or of one academy with --academy. The password is asked for, or "
        f"read from the variable {VARIABLE}, or from the file that {VARIABLE}_FILE names."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", help="what the administrator signs in with")
        parser.add_argument("--email", help="their own address, for forgotten passwords")
        parser.add_argument(
            "--academy", metavar="CODE", default="", help="code of the academy, as 06 (default: national)"
        )

    def handle(self, *, username, email, academy, **options):
        if academy and academy not in Academy.values:
            raise CommandError(f"No academy has the code {academy}. Codes: {', '.join(Academy.values)}.")
        username = clean(username)
        password = self._given() or self._ask()
        try:
            validate_password(password, User(username=username, email=email))
            create_administrator(username=username, email=email, academy=academy, password=password)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        scope = f"of the academy of {Academy(academy).label}" if academy else "national"
        self.stdout.write(f"{username} is an administrator ({scope}).")
        self.stdout.write(
            f"Next: sign in at {urljoin(settings.SITE_URL, administration_address())} and set up the telephone's code."
        )

    @staticmethod
    def _given() -> str:
        if file := os.environ.get(f"{VARIABLE}_FILE"):
            try:
                return Path(file).read_text().rstrip("\r\n")
            except (OSError, UnicodeError) as error:
                raise CommandError(f"{VARIABLE}_FILE, {file}: {error}") from error
        return os.environ.get(VARIABLE, "")

    def _ask(self) -> str:
        if not self.stdin_is_terminal():
            raise CommandError(f"There is no terminal to ask for the password: set {VARIABLE}.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password (again): "):
            raise CommandError("The two passwords differ.")
        return password

    @staticmethod
    def stdin_is_terminal() -> bool:
        return os.isatty(0)
