"""What anyone sees without signing in."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from establishments.perms import public


@public
@require_GET
def landing(request):
    return render(request, "exams/public/landing.html")
