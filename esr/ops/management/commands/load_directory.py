from pathlib import Path
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from establishments import actions


class Command(BaseCommand):
    help = "Loads the open-data directory (fr-en-annuaire-education, CSV) as the list of authorised establishments."
    load: ClassVar = staticmethod(actions.load_directory)
    refused_shown = 20

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument("--force", action="store_true", help="close even more than a fifth of the list")

    def handle(self, *, file, dry_run, force, **options):
        try:
            with file.open("rb") as content:
                report = self.load(content, dry_run=dry_run, force=force, progress=self._show_progress)
        except OSError as error:
            raise CommandError(f"{file}: {error}") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(
            f"{'Would be: ' if dry_run else ''}{len(report.added)} added, {len(report.updated)} updated, "
            f"{len(report.closed)} closed, {report.unchanged} unchanged, {report.kept} kept as typed by hand, "
            f"{len(report.refused)} lines refused"
        )
        for refused in report.refused[: self.refused_shown]:
            self.stdout.write(f"  line {refused.number}: {refused.reason}")
        if len(report.refused) > self.refused_shown:
            self.stdout.write(f"  … and {len(report.refused) - self.refused_shown} more")

    def _show_progress(self, lines: int) -> None:
        self.stdout.write(f"{lines} lines read")
