"""« Archiver la session », and « Télécharger la liste des candidats »: the copies that an establishment keeps."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from certificates import actions, queries, rules
from certificates.enums import DownloadKind
from esr.core import jobs, spreadsheets
from esr.core.downloads import download
from establishments.perms import head_only
from exams.queries import CANDIDATE_HEADER, candidate_lines, candidate_rows

# Extension → how it is written, and its type.
_FORMATS = {
    "xlsx": (partial(spreadsheets.to_xlsx, "Candidats"), spreadsheets.XLSX_TYPE),
    "csv": (spreadsheets.to_csv, spreadsheets.CSV_TYPE),
    "txt": (partial(spreadsheets.to_csv, delimiter="\t"), spreadsheets.TEXT_TYPE),
}


@head_only
@require_POST
def candidate_download(request, file_format):
    """« Télécharger la liste des candidats »: the whole year, as the archive of results (handbook 10.1).

    Posted, for that it was taken is written down.
    """
    if file_format not in _FORMATS:
        raise Http404
    establishment, now = request.establishment, timezone.now()
    year = establishment.year_at(now)
    write, content_type = _FORMATS[file_format]
    content = write(CANDIDATE_HEADER, candidate_rows(candidate_lines(establishment, year, now)))
    actions.note_download(
        establishment=establishment,
        year=year,
        kind=DownloadKind.CANDIDATES,
        account=request.user.pk,
        now=now,
        as_of=now,
    )
    return download(content, f"candidats-{year}.{file_format}", content_type)


@head_only
@never_cache
@require_http_methods(["GET", "POST"])
def archive(request):
    """What there is to archive, what was never taken; a POST has the zip made."""
    establishment, now = request.establishment, timezone.now()
    year = establishment.year_at(now)
    session = queries.session(establishment, year, now)
    if request.method == "POST":
        return _make(request, session, year)
    context = {
        "year": year,
        "days_left": rules.days_left(timezone.localdate(now)),
        "kept_years": rules.KEPT_YEARS,
        "session": session,
        "copies": queries.copies(establishment, year, now),
        "job": queries.archive_job(establishment, year),
    }
    return render(request, "certificates/school/archive.html", context)


def _make(request, session: queries.Session, year: int):
    if session.is_empty:
        messages.error(request, "Cette session ne contient ni candidat ni épreuve : il n’y a rien à archiver.")
        return redirect("archive")
    job = jobs.start(
        queries.ARCHIVE,
        title=f"Archive de la session {year}",
        scope=str(request.establishment.pk),
        establishment=request.establishment.pk,
        year=year,
    )
    return redirect("job", job.pk)
