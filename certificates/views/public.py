"""What anyone uses to verify an attestation. As the rest of the public site: nobody is asked who they are, no cookie is
set and nothing is written, so any cache on the way may keep these pages."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates import seal
from esr.core.keyring import encode
from establishments.enums import Attestation
from establishments.perms import public

PAGE_SECONDS = 60
KEYS_SECONDS = 60 * 60

# As sentences have them: the capitals are the paper's.
TITLES = {
    Attestation.ASSR1: "attestation scolaire de sécurité routière de niveau 1",
    Attestation.ASSR2: "attestation scolaire de sécurité routière de niveau 2",
    Attestation.ASR: "attestation de sécurité routière",
    Attestation.AER: "attestation d’éducation à la route",
}


def _published() -> list[dict]:
    keys = seal.published(settings.ATTESTATION_KEYS, settings.ATTESTATION_PUBLIC_KEYS)
    return [{"kid": key.kid, "year": key.year, "x": encode(key.point)} for key in keys.keys]


@public
@cache_control(public=True, max_age=PAGE_SECONDS)
@require_safe
def verification(request):
    """The seal stands behind « # », which a browser keeps to itself: static/js/verification.js verifies it there."""
    context = {"keys": _published(), "titles": TITLES, "site": f"{settings.SITE_URL}{request.path}"}
    return render(request, "certificates/public/verification.html", context)


@public
@cache_control(public=True, max_age=KEYS_SECONDS)
@require_safe
def public_keys(request):
    """The public keys of all years, for whoever verifies with a program of their own (docs/seal.md)."""
    return JsonResponse({"keys": _published()}, headers={"Access-Control-Allow-Origin": "*"})
