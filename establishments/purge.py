"""Accounts and the platform's own texts outlive the year; nothing here is about a candidate."""

from establishments.models import Establishment, FaqEntry, Membership, News, SessionDates, User

PURGED = []
KEPT = [Establishment, User, Membership, SessionDates, News, FaqEntry]
