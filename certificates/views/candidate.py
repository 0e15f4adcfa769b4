from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.http import require_GET

from certificates import documents
from esr.core.downloads import download
from exams.auth import candidate_only
from exams.enums import SittingState
from exams.queries import correction_opens_at


@candidate_only
@require_GET
def own_correction_pdf(request):
    """The candidate's own « corrigé pdf », from the instant the correction opens (K5)."""
    sitting = request.sitting
    if sitting.state != SittingState.CLOSED or timezone.now() < correction_opens_at(sitting):
        raise PermissionDenied
    # The next person at this computer reads the name of no file.
    return download(documents.sitting_correction(sitting), f"corrige-epreuve-{sitting.exam.number}.pdf")
