"""Who was issued an attestation goes with their sitting, and what was downloaded of a year with the year; what is kept
for fifty years is the school's own archive."""

from certificates.models import Download, Issue

PURGED = [Issue, Download]
KEPT = []
