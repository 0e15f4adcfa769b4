from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from esr.ops import sbom


class Command(BaseCommand):
    help = (
        "Writes the bill of materials (CycloneDX 1.6, JSON) of what is installed, from the hashed lock file. "
        "`make sbom` writes it to var/sbom.json and validates it."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, metavar="FILE", help="where to write it (default: to the terminal)")
        parser.add_argument(
            "--lock",
            type=Path,
            metavar="FILE",
            default=settings.BASE_DIR / "requirements" / "base.txt",
            help="the lock file (default: requirements/base.txt)",
        )

    def handle(self, *, output, lock, **options):
        try:
            text = sbom.bill(lock, settings.BASE_DIR / "pyproject.toml")
            if output:
                output.write_text(text)
        except sbom.BadLock as error:
            raise CommandError(f"{lock}, {error}: lock it again with `make lock`.") from error
        except (OSError, UnicodeError) as error:
            raise CommandError(f"{getattr(error, 'filename', None) or lock}: {error}") from error
        if output:
            self.stdout.write(f"{text.count('bom-ref') - 1} packages were written to {output}.")
        else:
            self.stdout.write(text, ending="")
