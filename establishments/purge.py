"""Accounts and the platform's own texts outlive the year; who signed in and who asked for an account do not."""

from esr.core.fates import Mark
from establishments.models import (
    AccountRequest,
    AuthorisedEstablishment,
    Contact,
    Establishment,
    FaqEntry,
    Identity,
    Membership,
    News,
    Resource,
    SessionDates,
    SignIn,
    SignUp,
    User,
)

PURGED = [AccountRequest, SignIn, SignUp]
KEPT = [
    Establishment,
    User,
    Membership,
    Identity,
    AuthorisedEstablishment,
    SessionDates,
    News,
    FaqEntry,
    Contact,
    Resource,
]
MARKS = {
    AccountRequest: Mark(instant="created_at"),
    SignUp: Mark(instant="created_at"),
    SignIn: Mark(establishment="establishment", instant="at"),
}
