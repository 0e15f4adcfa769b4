from datetime import date, datetime

from django.db.models import QuerySet

from esr.core.models import Job
from establishments import rules
from establishments.enums import MembershipSource, Role
from establishments.models import AuthorisedEstablishment, Establishment, Membership, SessionDates, SignIn, User


def session_dates(establishment: Establishment, year: int) -> tuple[date, date]:
    """First and last day on which this establishment may plan an exam of `year`.

    Its own exception of that year comes first, then the national calendar, then the usual dates of its category.
    """
    dates = SessionDates.objects.filter(category=establishment.category, year=year).first()
    of_category = (dates.opens_on, dates.closes_on) if dates else rules.usual_dates(establishment.category, year)
    return rules.with_exception(of_category, (establishment.opens_on, establishment.closes_on), year)


def account_address(authorised: AuthorisedEstablishment) -> str:
    """Where the establishment's local account is reached by e-mail; empty while it has none and may have one.

    An establishment that its head opened with an academic account may still get a local one, if the list says at which
    address: an address that anybody could have typed does not open what is already there.
    """
    establishment = Establishment.objects.filter(identifier=authorised.identifier).first()
    head = User.objects.filter(
        memberships__establishment__identifier=authorised.identifier,
        memberships__role=Role.HEAD,
        memberships__source=MembershipSource.LOCAL,
    ).first()
    if head is not None:
        return head.email or establishment.email
    return establishment.email if establishment and not authorised.email else ""


def authorised(kind: str, identifier: str) -> AuthorisedEstablishment | None:
    """The line of the list of authorised establishments, if it is open."""
    return AuthorisedEstablishment.objects.filter(identifier_kind=kind, identifier=identifier, is_open=True).first()


def jobs_of(establishment: Establishment, now: datetime) -> QuerySet[Job]:
    """The long tasks of the session: those of the one before, and their files, are out of reach from its end."""
    return Job.objects.filter(scope=str(establishment.pk), created_at__gte=establishment.year_began(now))


def last_sign_ins(establishment: Establishment, count: int) -> list[SignIn]:
    """The last sign-ins of an establishment's accounts, newest first."""
    return list(SignIn.objects.filter(establishment=establishment).select_related("user")[:count])


def has_supervisor(establishment: Establishment, now: datetime) -> bool:
    """Whether anybody can sign in to watch a room: the supervisor's account has a password, or the academy says who."""
    today = now.astimezone(establishment.zone).date()
    supervisors = Membership.objects.of(establishment).supervisors().select_related("user")
    return any(
        one.user.has_usable_password() if one.source == MembershipSource.LOCAL else one.holds_on(today)
        for one in supervisors
    )
