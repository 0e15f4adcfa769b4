from certificates import actions, documents, queries
from esr.core import jobs
from establishments.models import Establishment

ATTESTATIONS = "attestations"


_ONCE = (
    "Ces attestations ont été délivrées et ne se réimpriment pas : un original perdu se remplace par un duplicata, "
    "depuis la liste des candidats."
)


@jobs.task(ATTESTATIONS, file=True, once=_ONCE)
def attestations(progress, *, establishment: int, candidates: list[int], account: int) -> jobs.Product:
    """The originals of `candidates`, dated the local day on which the job was asked for, as far as they may still be
    printed when the work begins. They are recorded once they are made: a job that is killed and done again prints and
    records the same, and one that is cancelled before records nothing.

    Raises ValueError when there is nothing left to print.
    """
    moment = progress.job.created_at
    school = Establishment.objects.get(pk=establishment)
    today = moment.astimezone(school.zone).date()
    able = list(queries.attestable(school).filter(candidate__in=candidates))
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
    return jobs.Product(filename=f"attestations-{sittings[0].exam.year}.pdf", content=content)
