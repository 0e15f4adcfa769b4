import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exams import sealing
from exams.models import Sitting


class Command(BaseCommand):
    help = (
        "The keys that seal result files, one or more a year. Keys in a file (SEAL_KEYS_FILE) are changed there; of "
        "keys in the variable SEAL_KEYS it is said what to change. Only `create` without a file shows a secret."
    )

    def add_arguments(self, parser):
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create", help="make a key of a year")
        create.add_argument("year", type=int)
        acts.add_parser("list", help="the keys there are, without their secrets")
        retire = acts.add_parser("retire", help="take the keys of a year away: its result files no longer open")
        retire.add_argument("year", type=int)
        retire.add_argument("--force", action="store_true", help="although sittings of that year are still there")

    def handle(self, *, act, **options):
        {"create": self.create, "list": self.show, "retire": self.retire}[act](**options)

    def create(self, *, year, **options):
        if not 2000 <= year <= 2999:
            raise CommandError("A year has four digits, as 2027.")
        key = sealing.new_key(year)
        first = settings.SEAL_KEYS.sealing(year)
        if settings.SEAL_KEYS_FILE:
            self._write([*settings.SEAL_KEYS.keys, key])
            self.stdout.write(f"{key.kid} was added to {settings.SEAL_KEYS_FILE}.")
        else:
            self.stdout.write("Add this to SEAL_KEYS, after a comma if there are others, and keep it secret:")
            self.stdout.write(key.entry)
        if first:
            self.stdout.write(f"{first.kid} goes on sealing, as the first key of its year: put the new one before it.")
        self.stdout.write("Restart the web servers.")

    def show(self, **options):
        if not settings.SEAL_KEYS.keys:
            self.stdout.write("There is no key: no device can make a result file. Make one with `seal_keys create`.")
        for key in settings.SEAL_KEYS.keys:
            use = "seals" if settings.SEAL_KEYS.sealing(key.year) is key else "opens"
            self.stdout.write(f"{key.year}  {key.kid}  {use}  sittings: {self._sittings(key.year)}")

    def retire(self, *, year, force, **options):
        gone = [key for key in settings.SEAL_KEYS.keys if key.year == year]
        if not gone:
            raise CommandError(f"There is no key of {year}.")
        sittings = self._sittings(year)
        if sittings and not force:
            raise CommandError(
                f"{sittings} sittings of {year} are still there: their result files would no longer open. Retire the "
                "keys once the year is purged, or use --force."
            )
        names = ", ".join(key.kid for key in gone)
        if settings.SEAL_KEYS_FILE:
            self._write([key for key in settings.SEAL_KEYS.keys if key.year != year])
            self.stdout.write(f"{names} left {settings.SEAL_KEYS_FILE}.")
        else:
            self.stdout.write(f"Take every entry that begins with {year}: out of SEAL_KEYS ({names}).")
        self.stdout.write("Restart the web servers.")

    @staticmethod
    def _sittings(year: int) -> int:
        return Sitting.objects.filter(exam__year=year).count()

    @staticmethod
    def _write(keys: list[sealing.SealKey]) -> None:
        """Whole or not at all: a file that is cut short would lose keys for good."""
        path = Path(settings.SEAL_KEYS_FILE)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("".join(f"{key.entry}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
