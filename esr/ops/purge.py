"""The purge remembers what it did."""

from esr.ops.models import Clock, Purge, Reminder

PURGED = []
KEPT = [Purge, Clock, Reminder]
