from datetime import date

from certificates import actions, documents, queries
from esr.core import jobs
from esr.core.pdf import Progress
from establishments.models import Establishment
from exams.models import Exam, Sitting
from exams.tasks import paper

ATTESTATIONS = "attestations"


_ONCE = (
    "Ces attestations ont été délivrées et ne se réimpriment pas : un original perdu se remplace par un duplicata, "
    "depuis la liste des candidats."
)


@jobs.task(ATTESTATIONS, file=True, once=_ONCE)
def attestations(
    progress, *, establishment: int, candidates: list[int], account: int, exam: int | None = None
) -> jobs.Product:
    """The originals of `candidates` (of one exam alone, if need be), dated the local day on which the job was asked
    for, as far as they may still be printed when the work begins. They are recorded once they are made: a job that is
    killed and done again prints and records the same, and one that is cancelled before records nothing.

    Raises ValueError when there is nothing left to print.
    """
    moment = progress.job.created_at
    school = Establishment.objects.get(pk=establishment)
    today = moment.astimezone(school.zone).date()
    able = queries.attestable(school).filter(candidate__in=candidates)
    able = list(able if exam is None else able.filter(exam=exam))
    if not able:
        raise ValueError("Aucun de ces candidats n’a plus d’attestation à imprimer.")
    sittings = queries.originals(able, today)
    if not sittings:
        raise ValueError("Ces attestations ont toutes été délivrées entre-temps, un autre jour.")
    content = documents.attestations(sittings, issued_on=today, progress=progress)
    progress(len(sittings), len(sittings))  # stops here when the job is not ours any more
    try:
        actions.issue(sittings=sittings, at=moment, account=account)
    except actions.AlreadyIssued:
        raise ValueError("Une de ces attestations vient d’être délivrée, à une autre date : recommencez.") from None
    name = sittings[0].exam.year if exam is None else f"epreuve-{sittings[0].exam.number}"
    return jobs.Product(filename=f"attestations-{name}.pdf", content=content)


# --- The papers of an exam ------------------------------------------------------------------------------------------


def _registered(exam: Exam, nothing: str) -> list[Sitting]:
    """Everybody registered, by name. Raises ValueError when that is nobody: there is `nothing`."""
    sittings = list(exam.sittings.select_related("candidate").defer("responses", "order"))
    if not sittings:
        raise ValueError(f"Aucun candidat n’est inscrit à cette épreuve : {nothing}.")
    return sittings


@paper("convocations", title="Convocations", filename="convocations-epreuve")
def convocations(exam: Exam, on: date, progress: Progress) -> bytes:
    sittings = _registered(exam, "il n’y a pas de convocation")
    return documents.convocations(exam, sittings, issued_on=on, progress=progress)


@paper("convocations_to_cut", title="Convocations à couper", filename="convocations-a4-epreuve")
def convocations_to_cut(exam: Exam, on: date, progress: Progress) -> bytes:
    sittings = _registered(exam, "il n’y a pas de convocation")
    return documents.convocations_to_cut(exam, sittings, issued_on=on, progress=progress)


@paper("access_codes", title="Codes d’accès", filename="codes-acces-epreuve", for_supervisors=True)
def access_codes(exam: Exam, on: date, progress: Progress) -> bytes:
    return documents.access_codes(exam, _registered(exam, "il n’y a aucun code à donner"), progress=progress)


@paper("code_slips", title="Codes à découper", filename="codes-a-decouper-epreuve", for_supervisors=True)
def code_slips(exam: Exam, on: date, progress: Progress) -> bytes:
    return documents.code_slips(exam, _registered(exam, "il n’y a aucun code à donner"), progress=progress)


@paper("grids", title="Grille de l’épreuve", filename="grilles-epreuve", for_supervisors=True)
def grids(exam: Exam, on: date, progress: Progress) -> bytes:
    return documents.grids(exam, _registered(exam, "il n’y a pas de grille"), progress=progress)


@paper("attendance_sheet", title="Feuille d’émargement", filename="emargement-epreuve", for_supervisors=True)
def attendance_sheet(exam: Exam, on: date, progress: Progress) -> bytes:
    sittings = list(exam.sittings.select_related("candidate").defer("responses", "order"))
    return documents.attendance_sheet(exam, sittings, progress=progress)
