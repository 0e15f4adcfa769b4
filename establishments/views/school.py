"""What an establishment's people see: home, help, accounts."""

from allauth.account import views as allauth_views
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from esr.core.views import administration_address
from establishments import actions, queries
from establishments.enums import FaqKind, MembershipSource, Role
from establishments.forms import SupervisorPasswordForm
from establishments.models import Contact, FaqEntry, News, Resource, User
from establishments.perms import head_only, signed_in, staff

SIGN_INS_SHOWN = 20

reauthenticate = signed_in(allauth_views.reauthenticate)


@head_only
def password_change(request):
    if not request.user.has_usable_password():
        # An account of the academy: its password is changed where it was made.
        return redirect("account")
    return allauth_views.password_change(request)


@signed_in
@require_safe
def home(request):
    """A7 for heads; others go where their work is."""
    if request.membership is None:
        if request.user.is_staff:
            return redirect(administration_address())
        return render(request, "establishments/no_establishment.html", status=403)
    if request.membership.role == Role.SUPERVISOR:
        return redirect("exam_list")
    now = timezone.now()
    today = timezone.localdate(now)
    establishment = request.establishment
    opens_on, closes_on = queries.session_dates(establishment, today.year)
    context = {
        "news": News.objects.published(now)[:5],
        "resources": Resource.objects.all(),
        "opens_on": opens_on,
        "closes_on": closes_on,
        "is_exception": establishment.opens_on == opens_on or establishment.closes_on == closes_on,
        "phase": "before" if today < opens_on else "after" if today > closes_on else "open",
    }
    return render(request, "establishments/school/home.html", context)


@staff
@require_safe
def help_page(request):
    context = {"entries": FaqEntry.objects.filter(kind=FaqKind.TECHNICAL), "contacts": Contact.objects.all()}
    return render(request, "establishments/school/help.html", context)


@head_only
@require_safe
def regulatory_faq(request):
    context = {"entries": FaqEntry.objects.filter(kind=FaqKind.REGULATORY), "contacts": Contact.objects.all()}
    return render(request, "establishments/school/regulatory_faq.html", context)


@head_only
@require_safe
def account(request):
    sign_ins = queries.last_sign_ins(request.establishment, SIGN_INS_SHOWN)
    return render(request, "establishments/school/account.html", {"sign_ins": sign_ins})


@head_only
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def supervisor_account(request):
    supervisor = get_object_or_404(
        User,
        memberships__establishment=request.establishment,
        memberships__role=Role.SUPERVISOR,
        memberships__source=MembershipSource.LOCAL,
    )
    form = SupervisorPasswordForm(data=request.POST or None, user=supervisor)
    if request.method == "POST" and form.is_valid():
        actions.set_supervisor_password(establishment=request.establishment, password=form.cleaned_data["password1"])
        messages.success(request, "Le mot de passe du compte surveillant est enregistré.")
        return redirect("supervisor_account")
    return render(request, "establishments/school/supervisor_account.html", {"form": form, "supervisor": supervisor})


@head_only
@require_http_methods(["GET", "POST"])
def supervisor_account_close(request):
    """Switch the supervisor's account off: GET asks, POST does it."""
    if request.method == "POST":
        try:
            actions.close_supervisor_account(establishment=request.establishment)
        except User.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, "Le compte surveillant est désactivé.")
        return redirect("supervisor_account")
    return render(request, "establishments/school/supervisor_account_close.html")
