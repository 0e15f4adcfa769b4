from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from establishments import actions
from establishments.enums import Category


class Command(BaseCommand):
    help = (
        "Loads the national calendar: the first and the last day of the session of each category, from a CSV file with "
        f"the columns {';'.join(actions.CALENDAR)} (days as 2027-05-31). Categories: {', '.join(Category.values)}."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *, file, dry_run, **options):
        try:
            with file.open("rb") as content:
                changes = actions.load_calendar(content, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError("\n".join([*error.messages, "Nothing was loaded."])) from error
        for change in changes:
            self.stdout.write(change)
        self.stdout.write(f"{len(changes)} dates {'would change' if dry_run else 'changed'}.")
