"""What every answer says to browsers and caches, how long a session may rest, and where the administration lives."""

import re
import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from esr.core.views import on_administration_s_host

SEEN, BEGAN = "seen_at", "began_at"  # session keys: seconds since 1970
_SEEN_AGAIN = 5 * 60  # a session is written to no more often than that

# Nothing of a device but its screen (the film is projected on the whole of it) and its loudspeaker.
_PERMISSIONS = ", ".join(
    [
        "fullscreen=(self)",
        "autoplay=(self)",
        *(
            f"{name}=()"
            for name in (
                "accelerometer bluetooth browsing-topics camera display-capture geolocation gyroscope hid "
                "identity-credentials-get idle-detection local-fonts magnetometer microphone midi payment "
                "publickey-credentials-get screen-wake-lock serial usb window-management xr-spatial-tracking"
            ).split()
        ),
    ]
)


class SecurityHeaders:
    """Closed by default: an answer that does not say that it may be kept is kept nowhere, by no browser and no cache on
    the way; no other site may load it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class IdleSessions:
    """Ends a session at which nobody has been for SESSION_IDLE_AGE, or ADMIN_IDLE_AGE for administrators; and any
    session after SESSION_COOKIE_AGE.

    The page of a running exam asks for its state by itself, and so keeps the supervisor signed in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now, seen = int(time.time()), request.session.get(SEEN)
            began = request.session.get(BEGAN, now)
            allowed = settings.ADMIN_IDLE_AGE if request.user.is_staff else settings.SESSION_IDLE_AGE
            if now - began > settings.SESSION_COOKIE_AGE or (seen is not None and now - seen > allowed):
                logout(request)
            elif seen is None or now - seen > _SEEN_AGAIN:
                request.session[SEEN], request.session[BEGAN] = now, began
        return self.get_response(request)


# What somebody needs to get into the administration and to look after their own account there.
_ADMINISTRATION = re.compile(
    r"/administration/|/login(/code/)?$|/deconnexion/$|/mot-de-passe/oublie/"
    r"|/compte/(verification/|double-authentification/|inactif/)|/sante/((vivant|pret)/)?$"
)


class AdminHost:
    """With ADMIN_HOST set, the administration answers on that host alone, and that host answers nothing else.

    So a firewall can keep the administration within the State's network, and cookies of the two never meet. Whoever
    comes to its first page or to the page after the sign-in is led on to the administration.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.ADMIN_HOST:
            return None
        if not on_administration_s_host(request):
            if request.path.startswith("/administration/"):
                raise Http404
        elif request.path in ("/", reverse("home")):
            return redirect("admin:index")
        elif not _ADMINISTRATION.match(request.path):
            raise Http404
        return None
