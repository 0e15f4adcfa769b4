"""What may be done to establishments, their accounts and the platform's own texts."""

import csv
import tomllib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify

from esr.core import mails
from esr.core.text import clean
from establishments import auth, claims, queries, resources, rules
from establishments.enums import (
    Category,
    FaqKind,
    IdentifierKind,
    ListSource,
    MembershipSource,
    RequestState,
    Role,
)
from establishments.models import (
    AccountRequest,
    AuthorisedEstablishment,
    Contact,
    Establishment,
    FaqEntry,
    Identity,
    Membership,
    News,
    SessionDates,
    SignIn,
    SignUp,
    User,
)
from establishments.resources import Line, Refused


@transaction.atomic
def create_establishment(*, head_password: str, **fields) -> Establishment:
    """An establishment with its two accounts: the head's, and the supervisor's without a password (handbook 2.1).

    `fields` are the model's; without `time_zone` it is the academy's. The head's address counts as confirmed: whoever
    calls has confirmed it. Raises ValidationError when a field is wrong or the identifier or the address is taken.
    """
    fields.setdefault("time_zone", rules.time_zone_of(fields.get("academy", "")))
    establishment = Establishment(**fields)
    establishment.full_clean()
    establishment.save(force_insert=True)
    _add_head(establishment, establishment.email, head_password)
    _add_supervisor(establishment)
    return establishment


def _add_head(establishment: Establishment, email: str, password: str) -> None:
    """The head's local account, its address confirmed. Raises ValidationError when a name or address is taken."""
    head = User(username=establishment.identifier, email=email.lower())
    head.set_password(password)
    head.validate_unique()
    head.save(force_insert=True)
    EmailAddress.objects.create(user=head, email=head.email, verified=True, primary=True)
    Membership.objects.create(user=head, establishment=establishment, role=Role.HEAD)


def _add_supervisor(establishment: Establishment) -> None:
    """The supervisor's account comes with the establishment, without a password: nobody can use it yet (A10)."""
    supervisor = User(username=f"surveillant-{slugify(establishment.identifier)}", email=None)
    supervisor.set_unusable_password()
    supervisor.validate_unique()
    supervisor.save(force_insert=True)
    Membership.objects.create(user=supervisor, establishment=establishment, role=Role.SUPERVISOR)


@transaction.atomic
def set_supervisor_password(*, establishment: Establishment, password: str) -> User:
    """Open the supervisor's account, or change its password: whoever is signed in with the old one is out.

    `password` has passed the rule. Raises User.DoesNotExist when the establishment has no supervisor's account.
    """
    supervisor = _supervisor_of(establishment)
    supervisor.set_password(password)
    supervisor.save(update_fields=["password"])
    return supervisor


@transaction.atomic
def close_supervisor_account(*, establishment: Establishment) -> User:
    """Switch the supervisor's account off: its password is gone and whoever uses it is out, until a new one is set.

    Raises User.DoesNotExist when the establishment has no supervisor's account.
    """
    supervisor = _supervisor_of(establishment)
    supervisor.set_unusable_password()
    supervisor.save(update_fields=["password"])
    return supervisor


def _supervisor_of(establishment: Establishment) -> User:
    return User.objects.select_for_update().get(
        memberships__establishment=establishment,
        memberships__role=Role.SUPERVISOR,
        memberships__source=MembershipSource.LOCAL,
    )


@transaction.atomic
def load_texts(path: Path) -> None:
    """Load the pages' texts from a TOML file: `[[news]]` title, text; `[[faq]]` kind, question, answer; `[[contact]]`
    subject, text, email (empty: the platform's own).

    Loading again changes the texts that changed and adds no double; what administrators wrote besides stays. The
    file's order is the order of the pages, and its first news is the most recent.
    """
    texts = tomllib.loads(path.read_text())
    for news in reversed(texts["news"]):
        News.objects.update_or_create(
            title=clean(news["title"], max_length=150), defaults={"text": clean(news["text"], multiline=True)}
        )
    for position, entry in enumerate(texts["faq"], start=1):
        FaqEntry.objects.update_or_create(
            kind=FaqKind(entry["kind"]),
            question=clean(entry["question"], max_length=200),
            defaults={"position": position, "answer": clean(entry["answer"], multiline=True)},
        )
    for position, contact in enumerate(texts["contact"], start=1):
        Contact.objects.update_or_create(
            subject=clean(contact["subject"], max_length=150),
            defaults={
                "position": position,
                "text": clean(contact["text"], multiline=True),
                "email": contact.get("email", ""),
            },
        )


@transaction.atomic
def create_administrator(*, username: str, email: str | None, academy: str, password: str) -> User:
    """An administrator of one academy, or of the nation when `academy` is empty; `password` has passed the rule.

    The address counts as confirmed: whoever calls vouches for it. Raises ValidationError when a name or address is
    taken or malformed.
    """
    user = User(username=username, email=email, academy=academy, is_staff=True, is_superuser=not academy)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
    return user


# --- Accounts asked for -------------------------------------------------------------------------------------------


@transaction.atomic
def sign_up(*, authorised: AuthorisedEstablishment, fields: dict[str, str], password: str, now: datetime) -> SignUp:
    """Keep what was asked for and send one e-mail, whoever has an account already (handbook 2.1).

    The link that opens the account goes to the address in `fields`. An establishment that has an account, and an
    address that opens another one, get an e-mail that says so. What is read, written, hashed and sent is the same
    amount of work in every case, so that the answer tells nothing, in its words or in its time.

    `fields` are those of `Establishment`, from the form; `password` has passed the rule.
    """
    SignUp.objects.filter(created_at__lte=now - rules.SIGN_UP_LIFETIME).delete()
    asked = SignUp.objects.create(
        authorised=authorised, fields=fields, password=make_password(password), created_at=now
    )
    email = fields["email"].lower()
    holder = queries.account_address(authorised)
    taken = User.objects.filter(email=email).exists()
    if holder:
        template, to, link = "sign_up_known", holder, reverse("account_reset_password")
    elif taken:
        template, to, link = "sign_up_address_taken", email, ""
    else:
        template, to, link = "sign_up_confirm", email, reverse("sign_up_confirm", args=[asked.key])
    mails.send(template, to=to, link=mails.address_of(link), name=authorised.name, identifier=authorised.identifier)
    return asked


@transaction.atomic
def confirm_sign_up(*, asked: SignUp, password: str) -> Establishment:
    """Open the account that was asked for: the link was followed by somebody who knows its password.

    Other requests for the same establishment end with it. Raises ValidationError when the establishment or the address
    got another account in the meantime, SignUp.DoesNotExist when the link was just used.
    """
    asked = SignUp.objects.select_for_update().select_related("authorised").get(pk=asked.pk)
    authorised = asked.authorised
    if queries.account_address(authorised):
        raise ValidationError("Le compte de cet établissement est déjà ouvert.")
    establishment = Establishment.objects.filter(identifier=authorised.identifier).first()
    if establishment is None:
        establishment = create_establishment(
            head_password=password,
            identifier_kind=authorised.identifier_kind,
            identifier=authorised.identifier,
            category=authorised.category,
            **asked.fields,
        )
    else:
        _add_head(establishment, asked.fields["email"], password)
    SignUp.objects.filter(authorised=authorised).delete()
    return establishment


@transaction.atomic
def ask_for_account(*, request: AccountRequest) -> AccountRequest:
    """Put a new request in the administrators' queue and say by e-mail that it arrived.

    Raises ValidationError when one is waiting for the same establishment.
    """
    request.full_clean()
    request.save(force_insert=True)
    _tell("request_received", request)
    return request


@transaction.atomic
def accept_request(*, request: AccountRequest, by: User, now: datetime) -> AuthorisedEstablishment:
    """Put the establishment on the list and send the link to its account form. ValidationError: already decided."""
    _decide(request, RequestState.ACCEPTED, by, now)
    copied = ("name", "email", "category", "status", "academy", "city")
    authorised, _ = AuthorisedEstablishment.objects.update_or_create(
        identifier_kind=request.identifier_kind,
        identifier=request.identifier,
        defaults={name: getattr(request, name) for name in copied} | {"is_open": True, "source": ListSource.HAND},
    )
    key = auth.identity_key(authorised.identifier_kind, authorised.identifier, authorised.category)
    _tell("request_accepted", request, link=mails.address_of(reverse("sign_up_form", args=[key])))
    return authorised


@transaction.atomic
def refuse_request(*, request: AccountRequest, by: User, reason: str, now: datetime) -> AccountRequest:
    """Say no, with the reason, by e-mail. ValidationError: already decided."""
    _decide(request, RequestState.REFUSED, by, now, reason=reason)
    _tell("request_refused", request)
    return request


def _decide(request: AccountRequest, state: str, by: User, now: datetime, reason: str = "") -> None:
    """Once only, whoever else decides at the same time."""
    decided = {"state": state, "decided_by": by, "decided_at": now, "reason": reason}
    if not AccountRequest.objects.filter(pk=request.pk, state=RequestState.PENDING).update(**decided):
        raise ValidationError("Cette demande est déjà traitée.")
    for name, value in decided.items():
        setattr(request, name, value)


def _tell(mail: str, request: AccountRequest, **context) -> None:
    context |= {"name": request.name, "identifier": request.identifier, "reason": request.reason}
    mails.send(mail, to=request.email, **context)


# --- The list of authorised establishments --------------------------------------------------------------------------

# A file that would close more than this is a part of the list, or another file.
MAX_CLOSED_SHARE = 0.2
LINES_TOLD = 5000
_COMPARED = ("name", "email", "category", "status", "academy", "department", "region", "address", "postal_code", "city")


@dataclass(frozen=True)
class ListReport:
    """What loading a list changed, by identifier, and the lines that were refused with the reason.

    `kept` were typed by hand, or accepted on request: no file changes them.
    """

    added: list[str]
    updated: list[str]
    closed: list[str]
    unchanged: int
    kept: int
    refused: list[Refused]


def load_directory(
    file: BinaryIO, *, dry_run: bool = False, force: bool = False, progress: Callable[[int], None] = lambda lines: None
) -> ListReport:
    """Load the ministry's directory (see `resources.read_directory`) as the list of authorised establishments.

    Establishments that are no longer in it, or no longer open, are closed; those typed by hand stay. Raises
    ValidationError, with nothing changed, when the file is another one, or would close more than a fifth of the list
    and `force` is not given. `progress` is told the number of lines read, every LINES_TOLD.
    """
    lines = _told(resources.read_directory(file), progress)
    return _load_list(lines, ListSource.DIRECTORY, dry_run=dry_run, force=force)


def load_finess(
    file: BinaryIO, *, dry_run: bool = False, force: bool = False, progress: Callable[[int], None] = lambda lines: None
) -> ListReport:
    """The same from the FINESS extract (see `resources.read_finess`), for medico-social establishments."""
    lines = _told(resources.read_finess(file), progress)
    return _load_list(lines, ListSource.FINESS, dry_run=dry_run, force=force)


def _told(lines: Iterable, progress: Callable[[int], None]) -> Iterator:
    for number, line in enumerate(lines, start=1):
        yield line
        if number % LINES_TOLD == 0:
            progress(number)


CALENDAR = ("categorie", "annee", "premier_jour", "dernier_jour")


@transaction.atomic
def load_calendar(file: BinaryIO, *, dry_run: bool = False) -> list[str]:
    """Set the national dates of sessions from a CSV file (`;`, columns of CALENDAR, days as 2027-05-31).

    All of the file or nothing. Gives what changes, a line each. Raises ValidationError with every fault and its line.
    """
    try:
        rows = list(csv.DictReader(file.read().decode("utf-8-sig").splitlines(), delimiter=";"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValidationError("Ce fichier n’est pas un texte CSV en UTF-8.") from error
    if not rows or set(rows[0]) != set(CALENDAR):
        raise ValidationError(f"Ce fichier n’a pas les colonnes attendues, séparées par « ; » : {';'.join(CALENDAR)}.")
    changes, faults, seen = [], [], set()
    for number, row in enumerate(rows, start=2):
        try:
            fields = {name: clean(str(row[name] or "")) for name in CALENDAR}
            dates = SessionDates.objects.filter(category=fields["categorie"], year=int(fields["annee"])).first()
            dates = dates or SessionDates(category=fields["categorie"], year=int(fields["annee"]))
            before = (dates.pk, dates.opens_on, dates.closes_on)
            dates.opens_on, dates.closes_on = (date.fromisoformat(fields[name]) for name in CALENDAR[2:])
            if {dates.opens_on.year, dates.closes_on.year} != {dates.year}:
                raise ValueError(f"les deux jours doivent être de {dates.year}")
            if (dates.category, dates.year) in seen:
                raise ValueError("cette catégorie figure déjà plus haut pour cette année")
            dates.full_clean()
        except ValidationError as error:
            faults.append(f"Ligne {number} : {' '.join(error.messages)}")
            continue
        except ValueError as error:
            faults.append(f"Ligne {number} : {error}.")
            continue
        seen.add((dates.category, dates.year))
        if before != (dates.pk, dates.opens_on, dates.closes_on):
            changes.append(f"{dates} : du {dates.opens_on:%d/%m/%Y} au {dates.closes_on:%d/%m/%Y}")
            if not dry_run:
                dates.save()
    if faults:
        raise ValidationError(faults)
    return changes


@transaction.atomic
def _load_list(lines: Iterable[Line | Refused], source: ListSource, *, dry_run: bool, force: bool) -> ListReport:
    columns = ("identifier_kind", "identifier", "source", "is_open", *_COMPARED)
    known = {(row[0], row[1]): row[2:] for row in AuthorisedEstablishment.objects.values_list(*columns)}
    report = ListReport(added=[], updated=[], closed=[], unchanged=0, kept=0, refused=[])
    unchanged, kept, seen, changed = 0, 0, set(), []
    try:
        for line in lines:
            if isinstance(line, Refused):
                report.refused.append(line)
                continue
            key = (line.identifier_kind, line.identifier)
            if key in seen:
                report.refused.append(Refused(line.number, f"{line.identifier} figure déjà plus haut."))
                continue
            seen.add(key)
            fields = {name: getattr(line, name) for name in _COMPARED}
            before = known.get(key)
            if before is None:
                report.added.append(line.identifier)
            elif before[0] == ListSource.HAND:
                kept += 1
                continue
            else:
                if before[4] == Category.SOUTHERN and fields["category"] == Category.NATIONAL_EDUCATION:
                    # The southern rhythm is an administrator's decision, of which the file knows nothing.
                    fields["category"] = before[4]
                if before[1:] == (True, *fields.values()):
                    unchanged += 1
                    continue
                report.updated.append(line.identifier)
            changed.append(AuthorisedEstablishment(identifier_kind=key[0], identifier=key[1], source=source, **fields))
    except resources.Unreadable as error:
        raise ValidationError(str(error)) from error
    opened = [key for key, row in known.items() if row[0] == source and row[1]]
    gone = [key for key in opened if key not in seen]
    if len(gone) > MAX_CLOSED_SHARE * len(opened) and not force:
        raise ValidationError(
            f"Ce fichier fermerait {len(gone)} établissements sur {len(opened)} : il semble incomplet. "
            "Vérifiez qu’il contient toutes les académies."
        )
    report.closed.extend(identifier for _, identifier in gone)
    report = replace(report, unchanged=unchanged, kept=kept)
    if not dry_run:
        AuthorisedEstablishment.objects.bulk_create(
            changed,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["identifier_kind", "identifier"],
            update_fields=["source", "is_open", "updated_at", *_COMPARED],
        )
        for start in range(0, len(gone), 500):
            identifiers = [identifier for _, identifier in gone[start : start + 500]]
            AuthorisedEstablishment.objects.filter(source=source, identifier__in=identifiers).update(is_open=False)
    return report


# --- Academic accounts --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AcademicAccess:
    """What came of an academic sign-in: the account and its rights of today, or why there are none.

    `unknown` are schools that are neither here nor on the list; `unopened` those on the list that their head has
    not opened yet, or that the list does not describe well enough to open.
    """

    user: User | None
    memberships: list[Membership]
    unknown: list[str]
    unopened: list[str]


def grant_academic_access(
    *, issuer: str, subject: str, rights: Sequence[claims.Right], now: datetime
) -> AcademicAccess:
    """Bring an academic account's memberships in line with what the academic hub says today.

    A right that is no longer said, or whose days are over, is taken away; local memberships stay as they are. The
    account is made at the first right and known by (issuer, subject) alone. A head opens a school that is on the list
    of authorised establishments and not here yet.
    """
    try:
        return _grant_academic_access(issuer, subject, rights, now)
    except IntegrityError:
        # The same person, or another head of the same new school, came in at the same moment: now they are here.
        return _grant_academic_access(issuer, subject, rights, now)


@transaction.atomic
def _grant_academic_access(issuer: str, subject: str, rights: Sequence[claims.Right], now: datetime) -> AcademicAccess:
    identity = Identity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    by_school = defaultdict(list)
    for right in rights:
        by_school[right.uai].append(right)
    wanted, unknown, unopened = {}, [], []
    for uai, of_school in sorted(by_school.items()):
        line = queries.authorised(IdentifierKind.UAI, uai)
        school = Establishment.objects.filter(identifier_kind=IdentifierKind.UAI, identifier=uai).first()
        if school is None and line is None:
            unknown.append(uai)
            continue
        zone = school.zone if school else ZoneInfo(rules.time_zone_of(line.academy))
        today = now.astimezone(zone).date()
        holding = [right for right in of_school if right.holds_on(today)]
        if not holding:
            continue
        right = claims.best(holding)
        if school is None:
            school = _open_from_list(line) if right.role == Role.HEAD else None
        if school is None:
            unopened.append(uai)
            continue
        wanted[school] = right
    if identity is None and not wanted:
        return AcademicAccess(None, [], unknown, unopened)
    user = identity.user if identity else _academic_user(issuer, subject)
    return AcademicAccess(user, _set_academic_memberships(user, wanted), unknown, unopened)


def record_sign_in(*, user: User, membership: Membership | None, door: str, now: datetime) -> SignIn:
    """Somebody signed in, or took up a right: `membership` is None while one of several has not been chosen yet."""
    return SignIn.objects.create(
        user=user,
        establishment=membership and membership.establishment,
        role=membership.role if membership else "",
        door=door,
        at=now,
    )


def _open_from_list(line: AuthorisedEstablishment) -> Establishment | None:
    """The establishment as the list describes it, with its supervisor's account; None when the list says too little."""
    copied = {field.name for field in AuthorisedEstablishment._meta.fields} & {
        field.name for field in Establishment._meta.fields
    } - {"id"}
    fields = {name: getattr(line, name) for name in copied}
    establishment = Establishment(**fields, time_zone=rules.time_zone_of(line.academy))
    try:
        establishment.full_clean()
    except ValidationError:
        return None
    establishment.save(force_insert=True)
    _add_supervisor(establishment)
    return establishment


def _academic_user(issuer: str, subject: str) -> User:
    """An account without address or password: an address would only tempt somebody to match by it."""
    user = User(username=f"academique-{uuid.uuid4().hex}", email=None)
    user.set_unusable_password()
    user.save(force_insert=True)
    Identity.objects.create(user=user, issuer=issuer, subject=subject)
    return user


def _set_academic_memberships(user: User, wanted: Mapping[Establishment, claims.Right]) -> list[Membership]:
    """All memberships of today, local ones included."""
    Membership.objects.filter(user=user, source=MembershipSource.ACADEMIC).exclude(establishment__in=wanted).delete()
    local = set(
        Membership.objects.filter(user=user, source=MembershipSource.LOCAL).values_list("establishment", flat=True)
    )
    for school, right in wanted.items():
        if school.pk not in local:
            Membership.objects.update_or_create(
                user=user,
                establishment=school,
                defaults={
                    "role": right.role,
                    "source": MembershipSource.ACADEMIC,
                    "valid_until": right.until,
                },
            )
    return list(Membership.objects.filter(user=user).select_related("establishment").order_by("pk"))
