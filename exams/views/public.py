"""What anyone sees without signing in: the home page, and the site to train and to test oneself on.

None of these pages asks who is there, sets a cookie or writes anything; so any cache on the way may keep them.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from establishments.enums import Attestation
from establishments.perms import public
from exams import queries
from exams.enums import Theme

PAGE_SECONDS = 60

_cached = cache_control(public=True, max_age=PAGE_SECONDS)

# Whom each attestation is for (handbook 1), in the words of those who choose.
AUDIENCES = {
    Attestation.ASSR1: "Au collège, en classe de 5e.",
    Attestation.ASSR2: "Au collège, en classe de 3e, et après si on ne l’a pas encore.",
    Attestation.ASR: "En apprentissage, ou à partir de 16 ans quand on n’est plus à l’école.",
    Attestation.AER: "Pour les personnes aveugles ou malvoyantes : les vidéos sont décrites à voix haute.",
}


def _choices() -> list[dict]:
    return [{"attestation": a, "audience": AUDIENCES[a], "image": f"img/public/{a.lower()}.svg"} for a in Attestation]


@public
@_cached
@require_safe
def landing(request):
    return render(request, "exams/public/landing.html", {"choices": _choices()})


@public
@_cached
@require_safe
def preparation(request, attestation: Attestation):
    """« Je m'entraîne » or « Je me teste », once the attestation is chosen."""
    context = {
        "attestation": attestation,
        "audience": AUDIENCES[attestation],
        "pool": queries.practice_pool(attestation),
    }
    return render(request, "exams/public/preparation.html", context)


@public
@_cached
@require_safe
def practice(request, attestation: Attestation):
    pool = queries.practice_pool(attestation)
    if not pool.total:
        return _soon(request, attestation, pool)
    themes = [{"theme": Theme(theme), "count": count} for theme, count in pool.counts.items()]
    return _player(request, attestation, "practice", themes=themes)


@public
@_cached
@require_safe
def self_test(request, attestation: Attestation):
    pool = queries.practice_pool(attestation)
    if not pool.fills_a_test:
        return _soon(request, attestation, pool)
    return _player(request, attestation, "self_test")


def _soon(request, attestation: Attestation, pool: queries.Pool):
    return render(request, "exams/public/soon.html", {"attestation": attestation, "pool": pool})


def _player(request, attestation: Attestation, mode: str, **context):
    context |= {
        "attestation": attestation,
        "player": queries.practice_data(attestation, mode),
        "described": attestation == Attestation.AER,
    }
    return render(request, f"exams/public/{mode}.html", context)


def _version(request, attestation: Attestation) -> str:
    return f'"{queries.practice_pool(attestation).version}"'


@public
@_cached
@require_safe
@gzip_page
@condition(etag_func=_version)
def practice_questions(request, attestation: Attestation):
    """The questions of the attestation that are open to everybody, with their key, as JSON."""
    pool = queries.practice_pool(attestation)
    if not pool.total:
        raise Http404("no question is open to everybody")
    return HttpResponse(pool.body, content_type="application/json")
