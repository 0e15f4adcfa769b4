from django.shortcuts import render


def csrf_failure(request, reason=""):
    """The form's guard expired (page left open, cookies refused): say so in words, with the way back."""
    return render(request, "403_csrf.html", status=403)
