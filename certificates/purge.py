"""Who was issued an attestation goes with their sitting; what is kept for fifty years is the school's own archive."""

from certificates.models import Issue

PURGED = [Issue]
KEPT = []
