"""What of the core goes on 1 January: a job's arguments and file are about the year's candidates."""

from esr.core import jobs
from esr.core.fates import Mark
from esr.core.models import Job

PURGED = [Job]
KEPT = []
MARKS = {Job: Mark(establishment="scope", instant="created_at", as_text=True)}
# What of a row lies outside the database: called with keys, gives the names of files below JOB_FILES_ROOT.
FILES = {Job: jobs.files_of}
