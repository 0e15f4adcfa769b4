"""Long work that needs neighbours who do not know each other."""

from certificates.actions import note_archive
from certificates.queries import ARCHIVE
from esr.core import jobs
from esr.ops import archive
from establishments.models import Establishment


@jobs.task(ARCHIVE, file=True, fetched=note_archive)
def archive_session(progress, *, establishment: int, year: int) -> jobs.Product:
    """« Archiver la session », as of the instant it was asked for. Raises ValueError when there is nothing in it."""
    school = Establishment.objects.get(pk=establishment)
    archive.write(school, year, progress.scratch, now=progress.job.created_at, progress=progress)
    return jobs.Product(filename=archive.filename(school, year), content=progress.scratch)
