"""Words that somebody searches for, kept in their session: a name has no business in an address, a history or a log.

The address carries a key instead, so that pages, sorting, a second tab and the way back go on working. Whoever follows
somebody else's address, or an old one, finds no words behind its key and is told so (`Forgotten`).
"""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict

PARAMETER = "recherche"
_SESSION, _KEPT = "searches", 20


class Forgotten(LookupError):
    """The key of a search that this session does not, or no longer, hold; the message is for people."""

    def __init__(self):
        super().__init__("Cette recherche n’est plus gardée : saisissez-la à nouveau.")


def keep(request: HttpRequest, words: str) -> dict[str, str]:
    """Keep `words` and give the address's parameter: {"recherche": key}, or nothing for no words."""
    if not words:
        return {}
    kept = dict(request.session.get(_SESSION, {}))
    key = next((key for key, same in kept.items() if same == words), None)
    if key is None:
        key = str(max(map(int, kept), default=0) + 1)
        request.session[_SESSION] = dict([*kept.items(), (key, words)][-_KEPT:])
    return {PARAMETER: key}


def words_of(request: HttpRequest, parameters: Mapping[str, str]) -> str:
    """The words behind an address's parameters, "" when they name no search. Raises Forgotten."""
    key = parameters.get(PARAMETER)
    if not key:
        return ""
    try:
        return request.session.get(_SESSION, {})[key]
    except KeyError:
        raise Forgotten from None


def without(parameters: QueryDict, *names: str) -> QueryDict:
    """An address's parameters that say something, but for `names`."""
    asked = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if name not in names and any(values):
            asked.setlist(name, values)
    return asked
