from django.utils import timezone

from esr.core import logs
from esr.ops.keys import KeysCommand


class Command(KeysCommand):
    help = (
        "The keys of the log's pseudonyms, one a year (docs/security.md). While a year's key is there, `name` says "
        "what the log calls somebody; the purge destroys it, and nobody can tell any more."
    )
    variable = "LOG_KEYS"
    new_key = staticmethod(logs.new_key)
    retiring = "destroy the key of a year: its pseudonyms name nobody any more"
    forcing = "although the year is not over"

    def add_arguments(self, parser):
        acts = super().add_arguments(parser)
        name = acts.add_parser("name", help="what the log of this year calls an account, a login, an exam, an address")
        name.add_argument("kind", choices=("account", "login", "exam", "address"), help="of what kind it is")
        name.add_argument("value", help="the account's or exam's key, what was typed, or the IP address")

    def handle(self, *, act, **options):
        if act != "name":
            super().handle(act=act, **options)
            return
        value = options["value"].casefold() if options["kind"] == "login" else options["value"]
        self.stdout.write(logs.pseudonym(options["kind"], value))

    def show(self, **options):
        if not self.keyring.keys:
            self.stdout.write("There is no key: pseudonyms hold within one process. Make one with `log_keys create`.")
        for key in self.keyring.keys:
            use = "names" if self.keyring.sealing(key.year) is key else "is held in reserve"
            self.stdout.write(f"{key.year}  {key.kid}  {use}")

    def needed(self, year: int) -> str:
        if year < timezone.localdate().year:
            return ""
        return f"{year} is not over: its log would call one person by two names. Wait, or use --force."
