from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from esr.ops import archive
from establishments.models import Establishment


class Command(BaseCommand):
    help = (
        "Writes the archive of an establishment's session (attestations, results, papers), as its head does on the "
        "page « Archiver la session ». The file holds candidates' names: give it to the establishment and delete it."
    )

    def add_arguments(self, parser):
        parser.add_argument("identifier", help="the establishment's identifier, as its UAI")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the archive is written")
        parser.add_argument("--year", type=int, help="the session (default: the establishment's current one)")

    def handle(self, *, identifier, folder, year, **options):
        establishment = Establishment.objects.filter(identifier__iexact=identifier).first()
        if establishment is None:
            raise CommandError(f"No establishment has the identifier {identifier}.")
        year = year or establishment.current_year
        path = folder / archive.filename(establishment, year)
        partial = path.with_name(f".{path.name}.part")
        try:
            if path.exists():
                raise CommandError(f"{path} is already there: move it away first.")
            partial.touch(mode=0o600)
            archive.write(establishment, year, partial, now=timezone.now(), progress=self._show_progress)
            partial.replace(path)
        except ValueError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror or error}") from error
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"\n{path} was written ({path.stat().st_size / 1e6:.1f} MB).")

    def _show_progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done}/{total}", ending="")
        self.stdout.flush()
