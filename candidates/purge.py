"""Every candidate of the year before, and what was read about them."""

from candidates.models import Candidate, ImportDraft

PURGED = [Candidate, ImportDraft]
KEPT = []
