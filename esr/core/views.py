from django.conf import settings
from django.shortcuts import render
from django.urls import reverse


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
