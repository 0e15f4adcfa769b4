import sys

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from esr.core.breakdown import breakdown

RETRY_AFTER = 10  # seconds: a database that restarts or fails over is back by then


def administration_address() -> str:
    """Where administrators go on to, on its own host if it has one."""
    path = reverse("admin:index")
    return f"http{'s' * settings.HTTPS}://{settings.ADMIN_HOST}{path}" if settings.ADMIN_HOST else path


def on_administration_s_host(request) -> bool:
    """Whether the administration has a host of its own and this is it."""
    return bool(settings.ADMIN_HOST) and request.get_host().partition(":")[0] == settings.ADMIN_HOST


def csrf_failure(request, reason=""):
    """The form's guard expired (page left open, cookies refused): say so in words, with the way back."""
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    """What did not succeed because a part of the platform is away or full is another thing than a defect: 503, when to
    come back, and what is and is not lost. Neither page asks anything of what may have broken down.

    Django calls it while it handles the error, from whichever middleware or view that came.
    """
    what = breakdown(sys.exc_info()[1])
    if not what:
        return HttpResponse(render_to_string("500.html"), status=500)
    context = {"full": what == "full", "contact": settings.BRAND_CONTACT, "operator": settings.BRAND_OPERATOR}
    return HttpResponse(render_to_string("503.html", context), status=503, headers={"Retry-After": str(RETRY_AFTER)})
