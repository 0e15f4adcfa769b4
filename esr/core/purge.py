"""What of the core goes on 1 January: a job's arguments and file are about the year's candidates; no e-mail of the year
is sent in the next."""

from esr.core import jobs
from esr.core.fates import Mark
from esr.core.models import Job, Mail

PURGED = [Job, Mail]
KEPT = []
MARKS = {
    Job: Mark(establishment="scope", instant="created_at", as_text=True),
    Mail: Mark(instant="created_at"),
}
# What of a row lies outside the database: called with keys, gives the names of files below JOB_FILES_ROOT.
FILES = {Job: jobs.files_of}
