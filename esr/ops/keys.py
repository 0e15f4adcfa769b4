"""What the commands of keys have in common: keys of the environment are made, listed and retired."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from esr.core.keyring import Key, Keyring


class KeysCommand(BaseCommand):
    """`create`, `list` and `retire` of the keys in the setting `variable`, or in the file of `variable`_FILE.

    Keys in a file are changed there; of keys in the variable it is said what to change. Only `create` without a file
    shows a secret.
    """

    variable: ClassVar[str]
    new_key: ClassVar[Callable[[int], Key]]
    # What the sub-commands say of themselves.
    retiring: ClassVar[str]
    forcing: ClassVar[str]

    def add_arguments(self, parser):
        """Returns the sub-commands, for a command that adds one."""
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create", help="make a key of a year")
        create.add_argument("year", type=int, help="four digits")
        acts.add_parser("list", help="the keys there are, without their secrets")
        retire = acts.add_parser("retire", help=self.retiring)
        retire.add_argument("year", type=int, help="four digits")
        retire.add_argument("--force", action="store_true", help=self.forcing)
        retire.add_argument("--dry-run", action="store_true", help="say which keys would go, and whether they may")
        return acts

    def handle(self, *, act, **options):
        {"create": self.create, "list": self.show, "retire": self.retire}[act](**options)

    @property
    def keyring(self) -> Keyring:
        return getattr(settings, self.variable)

    def create(self, *, year, **options):
        if not 2000 <= year <= 2999:
            raise CommandError("A year has four digits, as 2027.")
        key = self.new_key(year)
        first = self.keyring.sealing(year)
        self.before_created(key)
        self.change(self.variable, [*self.keyring.keys, key], added=key, secret=True)
        if first:
            self.stdout.write(f"{first.kid} goes on sealing, as the first key of its year: put the new one before it.")
        self.stdout.write("Restart the web servers.")

    def before_created(self, key: Key) -> None:
        """What must be kept before a new key is."""

    def show(self, **options):
        raise NotImplementedError

    def retire(self, *, year, force, dry_run, **options):
        gone = [key for key in self.keyring.keys if key.year == year]
        if not gone:
            raise CommandError(f"There is no key of {year}.")
        needed = self.needed(year)
        if needed and not force:
            raise CommandError(needed)
        names = ", ".join(key.kid for key in gone)
        if dry_run:
            self.stdout.write(f"{names} would be taken away; nothing was.")
            return
        self.before_retired(gone)
        if path := self.file(self.variable):
            write_keys(path, [key for key in self.keyring.keys if key.year != year])
            self.stdout.write(f"{names} left {path}.")
        else:
            self.stdout.write(f"Take every entry that begins with {year}: out of {self.variable} ({names}).")
        self.stdout.write("Restart the web servers.")

    def needed(self, year: int) -> str:
        """Why the keys of a year may not go yet; empty when they may."""
        raise NotImplementedError

    def before_retired(self, keys: list[Key]) -> None:
        """What must be kept before keys go."""

    @staticmethod
    def file(variable: str) -> Path | None:
        path = getattr(settings, f"{variable}_FILE")
        return Path(path) if path else None

    def change(self, variable: str, keys: list[Key], *, added: Key, secret: bool) -> None:
        """Add a key to a file of keys, or say what to add to the variable."""
        if path := self.file(variable):
            write_keys(path, keys, secret=secret)
            self.stdout.write(f"{added.kid} was added to {path}.")
        else:
            self.stdout.write(
                f"Add this to {variable}, after a comma if there are others{', and keep it secret' * secret}:"
            )
            self.stdout.write(added.entry)


def write_keys(path: Path, keys: Iterable[Key], *, secret: bool = True) -> None:
    """Whole or not at all: a file that is cut short would lose keys for good."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "w") as file:
        file.write("".join(f"{key.entry}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
