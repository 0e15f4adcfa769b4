from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from esr.ops import inventory


class Command(BaseCommand):
    help = (
        "Shows every table of the platform: its fields, whose data they are, whether it is purged on 1 January. "
        "--write renews that part of docs/homologation.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="write it into the document")
        parser.add_argument(
            "--document",
            type=Path,
            metavar="FILE",
            default=settings.BASE_DIR / "docs" / "homologation.md",
            help="the document (default: docs/homologation.md)",
        )

    def handle(self, *, write, document, **options):
        if not write:
            self.stdout.write(inventory.markdown(), ending="")
            return
        try:
            document.write_text(inventory.renewed(document.read_text()))
        except (OSError, ValueError) as error:
            raise CommandError(f"{document}: {error}") from error
        self.stdout.write(f"{len(inventory.tables())} tables were written to {document}.")
