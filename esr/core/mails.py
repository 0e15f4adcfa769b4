"""E-mails: one short text each, sent as plain text and as HTML made from it.

A template is `mails/<name>.txt`: its first line is the subject, the rest the body. A line that is an address on its
own becomes a link in the HTML; nothing else is marked up, so that both say the same.
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from esr.core.context import brand
from esr.core.text import clean


def send(template: str, /, *, to: str, **context) -> None:
    """Send the e-mail `template` to one address. Raises OSError when the mail server does not take it."""
    subject, _, body = render_to_string(f"mails/{template}.txt", brand(None) | context).strip().partition("\n")
    message(subject=clean(subject), body=body.strip(), to=[to]).send()


def message(*, subject: str, body: str, to: list[str]) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, to)
    email.attach_alternative(html_of(subject, body), "text/html")
    return email


def html_of(subject: str, body: str) -> str:
    """The body as a page: a paragraph per block of lines."""
    blocks = [
        [(line, line.startswith(("http://", "https://")) and " " not in line) for line in block.splitlines()]
        for block in body.split("\n\n")
        if block.strip()
    ]
    return render_to_string("mails/base.html", {"subject": subject, "blocks": blocks})


def address_of(path: str) -> str:
    """The whole address of a path of the platform."""
    return settings.SITE_URL + path
