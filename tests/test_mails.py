"""Every e-mail of the platform as it arrives: the same words and links in both parts, one thing to do, nothing fetched.

The templates are walked: one that is not described here fails. `templates/mfa` sends none, which is tested too.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.core import mail

from esr.core import mails

OURS = settings.BASE_DIR / "templates" / "mails"
ALLAUTHS = settings.BASE_DIR / "templates" / "account" / "email"

SCHOOL = {"name": "Collège « Les Mimosas » <b>& d’Alembert</b>", "identifier": "0750655E"}
# What each is sent with, as whoever sends it does; the last is whether there is one thing to do.
DESCRIBED = {
    "mails/archive_reminder": (
        {**SCHOOL, "year": 2026, "candidates": 112, "results": 40, "missing": 40, "unissued": 12},
        "/archive/",
    ),
    "mails/request_accepted": (SCHOOL, "/compte/creer/abc/"),
    "mails/request_received": (SCHOOL, ""),
    "mails/request_refused": (SCHOOL | {"reason": "Acronyme inconnu.\n\nVérifiez-le : il a changé."}, ""),
    "mails/sign_up_address_taken": (SCHOOL, ""),
    "mails/sign_up_confirm": (SCHOOL, "/compte/ouvrir/abc/"),
    "mails/sign_up_known": (SCHOOL, "/mot-de-passe/oublie/"),
    "account/email/email_confirmation": ({}, "/compte/validation/abc/"),
    "account/email/password_reset_key": ({}, "/mot-de-passe/oublie/zz-abc/"),
    "account/email/unknown_account": ({"email": "ce@example.org"}, ""),
}
# The name by which allauth's templates know the address.
ADDRESSES = {"email_confirmation": "activate_url", "password_reset_key": "password_reset_url"}


def names() -> list[str]:
    ours = [f"mails/{path.stem}" for path in OURS.glob("*.txt") if path.stem != "base"]
    theirs = [f"account/email/{path.stem.removesuffix('_message')}" for path in ALLAUTHS.glob("*_message.txt")]
    return sorted(ours + [name for name in theirs if name != "account/email/base"])


def written(name: str, rf):
    """The e-mail as the platform sends it, and the address of the one thing to do."""
    context, path = DESCRIBED[name]
    link = mails.address_of(path) if path else ""
    folder, _, stem = name.rpartition("/")
    if folder == "mails":
        mails.send(stem, to="ce@example.org", **context, link=link)
    else:
        named = {ADDRESSES[stem]: link} if link else {}
        request = rf.get("/")
        with request_context(request):
            get_adapter().send_mail(name, "ce@example.org", context | named)
    (message,) = mail.outbox
    return message, link


class Page(HTMLParser):
    """What a reader of mail shows and would fetch."""

    def __init__(self, html: str):
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._hidden += tag in ("title", "style")
        for name, value in attrs:
            if name == "href":
                self.links.append(value)
            elif name in ("src", "srcset", "background", "data", "poster", "action") or "url(" in (value or ""):
                self.fetched.append(f"{tag} {name}")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("title", "style")

    def handle_data(self, data):
        if not self._hidden:
            self.said += data.split()


def test_every_template_is_described():
    assert names() == sorted(DESCRIBED)


@pytest.mark.parametrize("name", DESCRIBED)
def test_both_parts_say_the_same_and_lead_to_the_same_place(name, rf):
    message, link = written(name, rf)
    ((html, kind),) = message.alternatives
    page = Page(html)
    assert kind == "text/html"
    # An arrow on paper is a button on the page.
    assert page.said == [word for word in message.body.split() if word != "→"]
    assert re.findall(r"https?://\S+", message.body) == ([link] if link else [])
    assert page.links == [link, link] if link else page.links == []
    assert ("→ " in message.body) is bool(link)


@pytest.mark.parametrize("name", DESCRIBED)
def test_it_is_short_and_its_subject_tells(name, rf):
    message, _ = written(name, rf)
    assert 20 <= len(message.subject) <= 60
    assert not message.subject.endswith(".")
    assert message.body.startswith("Bonjour,\n\n")
    assert message.body.endswith(settings.BRAND_MINISTRY)
    assert len(message.body.split()) <= 130
    assert "\n\n\n" not in message.body
    assert message.to == ["ce@example.org"]


@pytest.mark.parametrize("name", DESCRIBED)
def test_nothing_is_fetched_and_the_dark_is_minded(name, rf):
    message, _ = written(name, rf)
    html = message.alternatives[0].content
    page = Page(html)
    assert page.fetched == []
    assert not {"img", "script", "link", "iframe", "object", "form"} & set(page.tags)
    assert "@import" not in html
    assert "url(" not in html
    assert {urlsplit(link).netloc for link in page.links} <= {urlsplit(settings.SITE_URL).netloc}
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<html lang="fr">' in html


def test_subjects_tell_the_mails_apart(rf):
    subjects = set()
    for name in DESCRIBED:
        mail.outbox.clear()
        subjects.add(written(name, rf)[0].subject)
    assert len(subjects) == len(DESCRIBED)


def test_what_is_typed_is_not_markup(rf):
    message, _ = written("mails/request_accepted", rf)
    assert "&lt;b&gt;&amp; d’Alembert&lt;/b&gt;" in message.alternatives[0].content


def test_a_link_in_what_an_administrator_types_is_no_button(rf):
    html = mails.html_of("Objet", "Motif :\nhttps://example.org/leurre\n\nhttps://example.org/autre")
    assert Page(html).links == []


def test_two_things_to_do_are_one_too_many():
    with pytest.raises(ValueError, match="More than one thing to do"):
        mails.html_of("Objet", "→ Ceci\nhttps://example.org/a\n\n→ Cela\nhttps://example.org/b")


def test_no_mail_of_others_is_sent():
    """allauth's notices (second factor, password changed…) would be in its own words: they stay off."""
    assert settings.ACCOUNT_EMAIL_NOTIFICATIONS is False
    assert not list((settings.BASE_DIR / "templates" / "mfa").rglob("email/*"))
