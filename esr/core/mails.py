"""E-mails: one short text each, sent as plain text and as HTML made from it, so that both say the same.

A template is `mails/<name>.txt`: its first line is the subject, the rest the body, a paragraph per block of lines. The
one thing to do is a block of two lines, « → what to do » and its address: in the HTML it is a button above the address.
Nothing else is marked up, and nothing is fetched from anywhere: no picture, no font, no tracker.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from esr.core import metrics
from esr.core.context import brand
from esr.core.text import clean

ACTION = "→ "


class CountedBackend(EmailBackend):
    """SMTP, with a count of what it took and what it did not (see esr.core.metrics)."""

    def send_messages(self, email_messages):
        try:
            sent = super().send_messages(email_messages) or 0
        except OSError:
            metrics.count(metrics.MAILS_FAILED, len(email_messages))
            raise
        metrics.count(metrics.MAILS_SENT, sent)
        return sent


@dataclass(frozen=True)
class Block:
    """A paragraph: its lines, or the one thing to do, which has a `label` and an `address`."""

    lines: list[str]
    label: str = ""
    address: str = ""


def send(template: str, /, *, to: str, **context) -> None:
    """Send the e-mail `template` to one address. Raises OSError when the mail server does not take it."""
    subject, _, body = render_to_string(f"mails/{template}.txt", brand(None) | context).strip().partition("\n")
    message(subject=clean(subject), body=body.strip(), to=[to]).send()


def message(*, subject: str, body: str, to: list[str]) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, to)
    email.attach_alternative(html_of(subject, body), "text/html")
    return email


def html_of(subject: str, body: str) -> str:
    """The body as a page. Raises ValueError when there are two things to do."""
    blocks = [_block(block.strip().splitlines()) for block in body.split("\n\n") if block.strip()]
    if sum(bool(block.address) for block in blocks) > 1:
        raise ValueError(f"More than one thing to do in « {subject} »")
    return render_to_string("mails/base.html", {"subject": subject, "blocks": blocks})


def _block(lines: list[str]) -> Block:
    if len(lines) == 2 and lines[0].startswith(ACTION) and lines[1].startswith(("http://", "https://")):
        return Block([], label=lines[0].removeprefix(ACTION), address=lines[1])
    return Block(lines)


def address_of(path: str) -> str:
    """The whole address of a path of the platform."""
    return settings.SITE_URL + path
