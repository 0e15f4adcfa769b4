"""What may be done to establishments, their accounts and the platform's own texts."""

import tomllib
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from esr.core.text import clean
from establishments import rules
from establishments.enums import FaqKind, Role
from establishments.models import Establishment, FaqEntry, Membership, News, User


@transaction.atomic
def create_establishment(*, head_password: str, **fields) -> Establishment:
    """An establishment with its two accounts: the head's, and the supervisor's without a password (handbook 2.1).

    `fields` are the model's; without `time_zone` it is the academy's. The head's address counts as confirmed: whoever
    calls has confirmed it. Raises ValidationError when a field is wrong or the identifier or the address is taken.
    """
    fields.setdefault("time_zone", rules.time_zone_of(fields.get("academy", "")))
    establishment = Establishment(**fields)
    establishment.full_clean()
    head = User(username=establishment.identifier, email=establishment.email.lower())
    head.set_password(head_password)
    head.validate_unique()
    supervisor = User(username=f"surveillant-{slugify(establishment.identifier)}", email=None)
    supervisor.set_unusable_password()
    supervisor.validate_unique()
    for row in (establishment, head, supervisor):
        row.save(force_insert=True)
    EmailAddress.objects.create(user=head, email=head.email, verified=True, primary=True)
    Membership.objects.create(user=head, establishment=establishment, role=Role.HEAD)
    Membership.objects.create(user=supervisor, establishment=establishment, role=Role.SUPERVISOR)
    return establishment


@transaction.atomic
def set_supervisor_password(*, establishment: Establishment, password: str) -> User:
    """Open the supervisor's account, or change its password: whoever is signed in with the old one is out.

    `password` has passed the rule. Raises User.DoesNotExist when the establishment has no supervisor's account.
    """
    supervisor = User.objects.select_for_update().get(
        memberships__establishment=establishment, memberships__role=Role.SUPERVISOR
    )
    supervisor.set_password(password)
    supervisor.save(update_fields=["password"])
    return supervisor


@transaction.atomic
def load_texts(path: Path) -> None:
    """Load news and questions from a TOML file: `[[news]]` title, text; `[[faq]]` kind, question, answer.

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
