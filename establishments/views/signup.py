"""An establishment without an account gets one, or asks to (handbook 2.1): A2 to A5.

Whether an establishment is on the public list is said; whether it, or an address, has an account never is: known and
unknown get the same answer after the same work (see `actions.sign_up`).
"""

from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from esr.core import outbox
from establishments import actions, auth, queries, rules
from establishments.enums import Category
from establishments.forms import AccountRequestForm, ConfirmSignUpForm, IdentifierForm, SignUpForm
from establishments.models import AccountRequest, SignUp
from establishments.perms import public

# E-mails that one establishment, or one address, can be made to receive. A whole academy may be one network address:
# that one is not counted.
_MAILS_PER_KEY = "5/h/key"


def _too_many(request, *keys: str) -> bool:
    limit = {"sign_up": _MAILS_PER_KEY}
    return not all(
        ratelimit.consume(request, app="establishments", action="sign_up", config=limit, key=key) for key in keys
    )


def _read(key: str) -> tuple[str, str, str]:
    try:
        return auth.read_identity_key(key)
    except signing.BadSignature as error:
        raise Http404 from error


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request):
    """Which establishment: on the list, the form; else the refusal with its request."""
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind, identifier, category = (form.cleaned_data[name] for name in ("kind", "identifier", "category"))
        authorised = queries.authorised(kind, identifier)
        wrong_greta = authorised and Category.GRETA == category != authorised.category
        if wrong_greta:
            form.add_error("identifier", f"Cet UAI est celui de « {authorised.name} », qui n’est pas un GRETA.")
        else:
            key = auth.identity_key(kind, identifier, authorised.category if authorised else category)
            return redirect("sign_up_form" if authorised else "account_request", key)
    return render(request, "establishments/signup_identifier.html", {"form": form})


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up_form(request, key):
    kind, identifier, _ = _read(key)
    authorised = queries.authorised(kind, identifier)
    if authorised is None:
        return redirect("account_request", key)
    form = SignUpForm(request.POST or None, authorised=authorised)
    if request.method == "POST" and form.is_valid():
        answers = form.answers()
        if _too_many(request, f"{kind} {identifier}", answers["email"].lower()):
            return respond_429(request)
        actions.sign_up(
            authorised=authorised, fields=answers, password=form.cleaned_data["password"], now=timezone.now()
        )
        return redirect("sign_up_sent")
    context = {"form": form, "authorised": authorised, "key": key}
    return render(request, "establishments/signup_form.html", context)


@public
@require_safe
def sign_up_sent(request):
    return render(request, "establishments/signup_sent.html", {"late": outbox.late_since()})


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up_confirm(request, pk):
    """The link of the validation e-mail: once, within 24 hours, with the password of the sign-up."""
    recent = SignUp.objects.filter(created_at__gt=timezone.now() - rules.SIGN_UP_LIFETIME)
    asked = recent.select_related("authorised").filter(pk=pk).first()
    if asked is None:
        return render(request, "establishments/signup_over.html", status=410)
    form = ConfirmSignUpForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_sign_up(asked=asked, password=form.cleaned_data["password"])
        except (ValidationError, SignUp.DoesNotExist):
            return render(request, "establishments/signup_over.html", status=410)
        messages.success(request, "Le compte de votre établissement est ouvert : vous pouvez vous connecter.")
        return redirect("account_login")
    return render(request, "establishments/signup_confirm.html", {"form": form, "authorised": asked.authorised})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def account_request(request, key):
    """The refusal (A5), which explains and carries the request."""
    kind, identifier, category = _read(key)
    asked = AccountRequest(identifier_kind=kind, identifier=identifier, category=category)
    form = AccountRequestForm(request.POST or None, instance=asked)
    if request.method == "POST" and form.is_valid():
        if _too_many(request, form.cleaned_data["email"].lower()):
            return respond_429(request)
        try:
            actions.ask_for_account(request=form.instance)
            return redirect("account_request_sent")
        except ValidationError as error:
            form.add_error(None, error.messages)
    context = {
        "form": form,
        "identifier": identifier,
        "listed": queries.authorised(kind, identifier),
        "form_url": reverse("sign_up_form", args=[key]),
    }
    return render(request, "establishments/account_request.html", context)


@public
@require_safe
def account_request_sent(request):
    return render(request, "establishments/account_request_sent.html", {"late": outbox.late_since()})
