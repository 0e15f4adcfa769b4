from django.urls import reverse

_PLACE = "candidate_list"


def remember_list_place(request) -> None:
    """Keep in the session what the list was asked for, so that other pages lead back to it."""
    asked = request.GET.urlencode()
    if request.session.get(_PLACE, "") != asked:
        request.session[_PLACE] = asked


def list_place(request, candidate: int | None = None) -> str:
    """Where the person was in the list of candidates, at the line of `candidate`."""
    asked = request.session.get(_PLACE, "")
    query = f"?{asked}" if asked else ""
    anchor = f"#candidat-{candidate}" if candidate else ""
    return reverse("candidate_list") + query + anchor
