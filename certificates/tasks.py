from datetime import date

from certificates import documents, queries
from esr.core import jobs
from establishments.models import Establishment

ATTESTATIONS = "attestations"


@jobs.task(ATTESTATIONS)
def attestations(progress, *, establishment: int, candidates: list[int], issued_on: str) -> jobs.Product:
    """The attestations of `candidates`, as far as they still have one when the work begins.

    Raises ValueError when nobody has.
    """
    sittings = queries.attestable(Establishment.objects.get(pk=establishment)).filter(candidate__in=candidates)
    if not sittings:
        raise ValueError("Aucun de ces candidats n’a plus d’attestation à imprimer.")
    content = documents.attestations(sittings, issued_on=date.fromisoformat(issued_on), progress=progress)
    return jobs.Product(filename=f"attestations-{sittings[0].exam.year}.pdf", content=content)
