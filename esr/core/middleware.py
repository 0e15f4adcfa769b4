"""What every answer says to browsers and caches, what is refused at the door, how long a session may rest, and where
the administration lives."""

import re
import time

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from esr.core.views import on_administration_s_host

_NUL = re.compile("%00|\0")
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


class WellFormed:
    """Refuses (400) what no browser sends and PostgreSQL, Python or a decoder would stumble over: a NUL in an address
    or its parameters, a length that is none, a form in another encoding than UTF-8 (some, like utf-7, decode to half
    characters or to no text at all). A cookie with a NUL in it is as good as none."""

    _UTF8 = {"utf-8", "utf8", "us-ascii"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if (
            "\0" in request.path_info
            or _NUL.search(request.META.get("QUERY_STRING", ""))
            or not (length.isascii() and length.isdigit())
            or request.content_params.get("charset", "utf-8").lower() not in self._UTF8
        ):
            raise BadRequest("Malformed request")
        if "HTTP_COOKIE" in request.META and any("\0" in value for value in request.COOKIES.values()):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return self.get_response(request)


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
