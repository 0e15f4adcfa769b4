"""SIECLE BEE over the network, the way of the SYGNE service: OAuth2 client credentials, then JSON.

    POST {token address}                            → {"access_token": …}
    GET  {address}/etablissements/{uai}/eleves      → [pupil, …], further pages by a Link header (RFC 8288)
    POST {address}/etablissements/{uai}/resultats   ← our JSON of results, → {"refuses": [{ine, attestation, motif}]}

The last is this project's own proposal (docs/siecle.md). Nothing that a network can do is trusted: redirections are not
followed, answers are read in pieces up to a cap, everything together has a deadline.
"""

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit

import requests
from django.conf import settings
from django.utils import timezone

from candidates.siecle import results as documents
from candidates.siecle.gateway import MAX_PUPILS, Export, Progress, Pupil, Refused, Result, Sent

logger = logging.getLogger(__name__)

TIMEOUT = (5, 20)  # seconds: to connect, and between two pieces of an answer
DEADLINE = 90.0  # seconds, for all requests of one reading together
PAUSES = (0.5, 1.0, 2.0)  # seconds before each further try
LONGEST_PAUSE = 15.0  # when the service says itself how long to wait
MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 200
_CHUNK = 64 * 1024
_LATER = "Réessayez dans quelques minutes."
_HELP = "Écrivez à l’assistance de la plateforme."
_REFUSALS = {
    400: f"SIECLE BEE n’a pas compris la demande. {_HELP}",
    401: f"SIECLE BEE ne reconnaît pas la plateforme : ses droits d’accès sont expirés ou faux. {_HELP}",
    403: f"SIECLE BEE n’autorise pas la plateforme à échanger pour votre établissement. {_HELP}",
    404: "SIECLE BEE ne connaît pas l’établissement {uai}. Vérifiez qu’il y est rattaché.",
    413: f"SIECLE BEE refuse un envoi de cette taille. {_HELP}",
    429: f"SIECLE BEE reçoit trop de demandes en ce moment. {_LATER}",
}
_DOWN = f"SIECLE BEE est en panne ou en maintenance. {_LATER}"
_SLOW = f"SIECLE BEE met trop de temps à répondre. {_LATER}"
_UNREACHABLE = f"SIECLE BEE ne répond pas. {_LATER}"
_GARBAGE = f"La réponse de SIECLE BEE est illisible. {_HELP}"
_TOO_MUCH = f"La réponse de SIECLE BEE est bien plus grande que la liste d’un établissement. {_HELP}"


class SygneGateway:
    """Asked by a worker; results are sent."""

    from_files = False
    is_remote = True

    def __init__(self):
        self.session = requests.Session()
        self.session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
        self.token = ""
        self.deadline = time.monotonic() + DEADLINE
        self.uai = ""

    def read(self, uai: str, files: Sequence[bytes], progress: Progress) -> Export:
        """`files` is empty. Raises Refused."""
        self.uai = uai
        address = self._address("eleves")
        found: list[dict] = []
        for _ in range(MAX_PAGES):
            response, answer = self._ask("GET", address)
            if not isinstance(answer, list) or not all(isinstance(pupil, dict) for pupil in answer):
                raise Refused(_GARBAGE)
            found += answer
            if len(found) > MAX_PUPILS:
                raise Refused(_TOO_MUCH)
            total = response.headers.get("X-Total-Count", "")
            progress(len(found), int(total) if total.isascii() and total.isdigit() else len(found) + 1)
            following = response.links.get("next", {}).get("url")
            if not following:
                return self._export(found)
            following = urljoin(address, following)
            if urlsplit(following)[:2] != urlsplit(address)[:2]:
                raise Refused(_GARBAGE)  # the token is for this service only
            address = following
        raise Refused(_TOO_MUCH)

    def _export(self, found: Sequence[dict]) -> Export:
        pupils = [_pupil(values) for values in found]
        if any(values.get("codeUai") not in (None, "", self.uai) for values in found):
            raise Refused(f"SIECLE BEE a répondu avec des élèves d’un autre établissement. {_HELP}")
        return Export(
            uai=self.uai,
            pupils=pupils,
            # Asked today, it is today's school year that is answered.
            school_year=str(timezone.localdate().year),
            knows_held=bool(found) and all(isinstance(values.get("attestations"), list) for values in found),
        )

    def send(self, uai: str, year: int, results: Sequence[Result]) -> Sent:
        """Raises Refused. Sent again with the same results, it carries the same key: the service counts them once."""
        self.uai = uai
        batch = documents.Batch(uai, year, timezone.now(), results)
        key = hashlib.sha256(repr((uai, year, [*results])).encode()).hexdigest()
        _, answer = self._ask("POST", self._address("resultats"), documents.as_json(batch), {"Idempotency-Key": key})
        if answer is None:
            return Sent()
        refused = answer.get("refuses", []) if isinstance(answer, dict) else None
        if not isinstance(refused, list) or not all(isinstance(one, dict) for one in refused):
            raise Refused(_GARBAGE)
        return Sent(
            {
                (_text(one, "ine"), _text(one, "attestation")): _text(one, "motif")[:200] or "Refusé par SIECLE BEE"
                for one in refused
            }
        )

    def _address(self, what: str) -> str:
        return f"{settings.SIECLE_SERVICE['URL'].rstrip('/')}/etablissements/{quote(self.uai, safe='')}/{what}"

    # --- One request -------------------------------------------------------------------------------------------

    def _ask(self, method: str, address: str, body: bytes = b"", headers: dict | None = None):
        """The response and its JSON (None without content). The token is asked for once more if it is refused."""
        for _ in range(2):
            self.token = self.token or self._new_token()
            sent = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
            if body:
                sent["Content-Type"] = "application/json"
            response, content = self._tried(method, address, body, sent)
            if response.status_code != 401:
                break
            self.token = ""
        self._check(response)
        return response, _json(content) if content else None

    def _new_token(self) -> str:
        service = settings.SIECLE_SERVICE
        credentials = requests.auth.HTTPBasicAuth(service["CLIENT_ID"], service["CLIENT_SECRET"])
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = b"grant_type=client_credentials"
        response, content = self._tried("POST", service["TOKEN_URL"], body, headers, credentials)
        if response.status_code == 400:
            response.status_code = 401  # invalid_client and its kin, in the words of OAuth2
        self._check(response)
        answer = _json(content)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise Refused(_GARBAGE)
        return token

    def _tried(self, method: str, address: str, body: bytes, headers: dict, auth=None):
        """The response and its content, after as many tries as make sense."""
        for pause in (*PAUSES, None):
            problem, wait = _UNREACHABLE, pause
            try:
                response, content = self._once(method, address, body, headers, auth)
            except requests.Timeout:
                problem = _SLOW
            except (requests.RequestException, UnicodeError):
                problem = _UNREACHABLE
            else:
                if response.status_code != 429 and response.status_code < 500:
                    return response, content
                problem = _REFUSALS.get(response.status_code, _DOWN)
                said = response.headers.get("Retry-After", "")
                if pause is not None and said.isascii() and said.isdigit():
                    wait = max(pause, int(said))
            logger.warning("SIECLE BEE: %s failed (%s)", method, problem.split(".")[0])
            if wait is None or wait > LONGEST_PAUSE or time.monotonic() + wait > self.deadline:
                raise Refused(problem)
            time.sleep(wait)
        raise AssertionError("the last try has no pause")

    def _once(self, method: str, address: str, body: bytes, headers: dict, auth):
        answer = self.session.request(
            method,
            address,
            data=body or None,
            headers=headers,
            auth=auth,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
        with answer as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise Refused(_GARBAGE)  # not asked for: it could grow without end
            content = bytearray()
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise Refused(_TOO_MUCH)
                if time.monotonic() > self.deadline:
                    raise Refused(_SLOW)
            return response, bytes(content)

    def _check(self, response) -> None:
        status = response.status_code
        if status in _REFUSALS:
            raise Refused(_REFUSALS[status].replace("{uai}", self.uai))
        if not 200 <= status < 300:
            raise Refused(_GARBAGE)


def _json(content: bytes):
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Refused(_GARBAGE) from None


def _text(values: dict, name: str) -> str:
    """A value as text: services send numbers for codes. Anything deeper counts as nothing."""
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return str(value)[:500]


def _pupil(values: dict) -> Pupil:
    held = values.get("attestations")
    return Pupil(
        siecle_id="",
        ine=_text(values, "ine"),
        last_name=_text(values, "nom"),
        first_name=_text(values, "prenom"),
        birth_date=_text(values, "dateNaissance"),
        sex=_text(values, "codeSexe"),
        mef=_text(values, "codeMef"),
        mefstat4=_text(values, "niveau"),
        status=_text(values, "codeStatut"),
        divisions=[division] if (division := _text(values, "classe")) else [],
        held=frozenset(one for one in held if isinstance(one, str)) if isinstance(held, list) else frozenset(),
    )
