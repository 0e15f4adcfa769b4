"""E-mails on their way: a row each, sealed, in the transaction that has a reason to send it; a worker does the rest.

No page waits for a mail server, and what is committed is sent, once the server takes it. A round sends what waits over
one connection; a server that is away or hangs ends it, so that it costs a worker ten seconds a minute and no more. Who
dies between the server's « 250 » and the deletion of the row sends that e-mail twice: better than never.

What the server refuses for good is dropped, and so is what could not be sent for LIFETIME: its link would be dead.
"""

import json
import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from esr.core import broker, mails, secret
from esr.core.models import Mail

logger = logging.getLogger(__name__)

LIFETIME = timedelta(hours=24)  # of the links in them
# A row that is being sent is nobody else's for that long; a message that the server does not want yet waits as long.
HELD = timedelta(minutes=5)
# A server that was away is left in peace for that long; a little less than beat's minute.
PEACE = timedelta(seconds=45)
_PURPOSE = b"esr mail v1"


class Backend(BaseEmailBackend):
    """Django's EMAIL_BACKEND of production: puts messages of `mails.message` into the outbox."""

    def send_messages(self, messages) -> int:
        now = timezone.now()
        for message in messages:
            text = json.dumps({"subject": message.subject, "body": message.body, "to": message.to})
            Mail.objects.create(sealed=secret.seal(text, _PURPOSE), created_at=now, due_at=now)
        transaction.on_commit(_hurry)
        return len(messages)


def _hurry() -> None:
    """Ask a worker to send at once; if the broker is away, beat does within a minute."""
    from esr.core.tasks import send_mails

    broker.hand(send_mails)


def late_since() -> datetime | None:
    """Since when the mail server has not taken what it was given; None while e-mails go out."""
    return Mail.objects.filter(failed_at__isnull=False).aggregate(Min("created_at"))["created_at__min"]


def send_due(now: datetime) -> int:
    """Send what is due, oldest first; returns how many the server took."""
    over = Mail.objects.filter(created_at__lte=now - LIFETIME)
    if dropped := over.delete()[0]:
        logger.error("%d e-mails could not be sent for a day and were dropped", dropped)
    if Mail.objects.filter(failed_at__gt=now - PEACE).exists():
        return 0
    sent = 0
    connection = get_connection(settings.MAIL_BACKEND)
    try:
        for mail in Mail.objects.filter(due_at__lte=now).order_by("created_at"):
            if not Mail.objects.filter(pk=mail.pk, due_at=mail.due_at).update(due_at=now + HELD):
                continue  # another worker has it
            try:
                sent += _send(mail, connection)
            except OSError as error:
                Mail.objects.filter(pk=mail.pk).update(due_at=now, failed_at=timezone.now())
                logger.warning("The mail server does not take e-mails (%s): they wait", type(error).__name__)
                break
    finally:
        _close(connection)
    return sent


def _send(mail: Mail, connection) -> int:
    """One e-mail, sent or refused for itself. Raises OSError when it is the server that fails."""
    try:
        text = secret.unseal(mail.sealed, _PURPOSE)
    except ValueError as error:
        logger.error("An e-mail cannot be read: %s", str(error))
        return 0
    try:
        message = mails.message(**json.loads(text))
        message.connection = connection
        connection.open()  # once for all of a round
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        codes = [code for code, _ in error.recipients.values()] if hasattr(error, "recipients") else [error.smtp_code]
        logger.warning("The mail server refused an e-mail: %s", codes)
        if all(code >= 500 for code in codes):
            mail.delete()
        return 0
    mail.delete()
    return 1


def _close(connection) -> None:
    try:
        connection.close()
    except OSError:
        logger.info("The mail server was gone before the connection was closed")
