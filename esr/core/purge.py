"""What of the core goes on 1 January: a job's arguments and file are about the year's candidates."""

from esr.core.models import Job

PURGED = [Job]
KEPT = []
