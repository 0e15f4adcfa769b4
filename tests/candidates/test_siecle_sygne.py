"""SIECLE BEE over the network, against a real HTTP service that answers well, badly, slowly or not at all."""

import base64
import gzip
import json
import time
from datetime import date
from functools import partial

import pytest

from candidates.siecle import gateway as gateways
from candidates.siecle import sygne
from candidates.siecle.gateway import Pupil, Refused, Result
from tests.siecle_server import ID, SECRET, Answer, pupil, running

UAI = "0750655E"
RESULTS = [
    Result("100000001AK", "500001", "ASSR1", "admitted", date(2026, 3, 14)),
    Result("100000002AK", "", "ASSR2", "failed", date(2026, 3, 15)),
]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(sygne, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(sygne, "TIMEOUT", (0.5, 0.5))


def always(answer: Answer):
    return lambda service, request, body: answer


def reading(progress=lambda done, total: None):
    return gateways.gateway().read(UAI, (), progress)


def refusal(answer, settings, *, act=reading) -> tuple[str, int]:
    """The message, and how often the service was asked for something else than a token."""
    with running(answer, settings) as service, pytest.raises(Refused) as refused:
        act()
    assert len(refused.value.messages) == 1
    return refused.value.messages[0], sum(path != "/token" for _, path, _, _ in service.asked)


# --- What goes well ---------------------------------------------------------------------------------------------------


def test_pupils_are_read(settings):
    with running(always(Answer(body=[pupil()])), settings) as service:
        export = reading()
    assert (export.uai, export.knows_held, len(export.pupils)) == (UAI, False, 1)
    assert export.pupils[0] == Pupil(
        siecle_id="",
        ine="100000001AK",
        last_name="DUPONT",
        first_name="Zoé",
        birth_date="2013-03-14",
        sex="2",
        mef="10110001110",
        status="ST",
        divisions=["5A"],
        held=frozenset(),
    )
    assert "0612345678" not in repr(export)
    (_, _, body, token_headers), (method, path, _, headers) = service.asked
    assert body == b"grant_type=client_credentials"
    credentials = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
    assert token_headers["Authorization"] == f"Basic {credentials}"
    assert (method, path) == ("GET", f"/sygne/v1/etablissements/{UAI}/eleves")
    assert headers["Authorization"] == "Bearer jeton-1"
    assert ID not in path


def paged(service, request, body, *, count=2500, size=1000):
    start = int(request.path.partition("debut=")[2] or 0)
    headers = {"X-Total-Count": str(count)}
    if start + size < count:
        headers["Link"] = f'<?debut={start + size}>; rel="next", </autre>; rel="last"'
    return Answer(body=[pupil(n) for n in range(start, min(start + size, count))], headers=headers)


def test_pages_are_followed_to_the_end_with_one_token(settings):
    told = []
    with running(paged, settings) as service:
        export = reading(lambda done, total: told.append((done, total)))
    assert [one.ine for one in export.pupils] == [f"{100_000_000 + n}AK" for n in range(2500)]
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]
    assert service.tokens == ["jeton-1"]


def test_attestations_held_when_the_service_says_them(settings):
    with running(always(Answer(body=[pupil(attestations=["ASSR1"]), pupil(2, attestations=[])])), settings):
        export = reading()
    assert export.knows_held
    assert [one.held for one in export.pupils] == [{"ASSR1"}, set()]


def test_said_of_some_only_is_not_known(settings):
    with running(always(Answer(body=[pupil(attestations=["ASSR1"]), pupil(2)])), settings):
        assert not reading().knows_held


def test_a_school_without_pupils(settings):
    with running(always(Answer(body=[])), settings):
        assert reading().pupils == []


@pytest.mark.parametrize(
    "values",
    [
        {"ine": None, "classe": None, "codeStatut": None},
        {"ine": 1, "nom": ["x"], "prenom": {"a": 1}, "codeSexe": 2, "niveau": True},
        {"nom": "\ud800", "prenom": "x" * 10_000},
    ],
)
def test_odd_values_do_not_break(settings, values):
    with running(always(Answer(body=[pupil(**values)])), settings):
        one = reading().pupils[0]
    assert all(isinstance(text, str) and len(text) <= 500 for text in (one.ine, one.last_name, one.first_name))


def test_a_token_that_expires_on_the_way_is_renewed_once(settings):
    def answer(service, request, body):
        return Answer(body=[pupil()]) if request.headers["Authorization"] == "Bearer jeton-2" else Answer(401)

    with running(answer, settings) as service:
        assert len(reading().pupils) == 1
    assert service.tokens == ["jeton-1", "jeton-2"]


def failing(times: int, answer: Answer | None):
    """The first `times` requests get `answer` (None: the connection is cut)."""
    left = [times]

    def decide(service, request, body):
        left[0] -= 1
        return answer if left[0] >= 0 else Answer(body=[pupil()])

    return decide


@pytest.mark.parametrize(
    "answer", [None, Answer(500), Answer(502), Answer(503), Answer(429), Answer(503, headers={"Retry-After": "0"})]
)
def test_a_passing_trouble_is_overcome(settings, answer):
    with running(failing(3, answer), settings):
        assert len(reading().pupils) == 1


def test_the_service_says_how_long_to_wait(settings):
    with running(failing(1, Answer(429, headers={"Retry-After": "1"})), settings):
        started = time.monotonic()
        reading()
        assert time.monotonic() - started >= 1


# --- What goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "message", "asked"),
    [
        (400, "SIECLE BEE n’a pas compris la demande.", 1),
        (401, "SIECLE BEE ne reconnaît pas la plateforme", 2),
        (403, "SIECLE BEE n’autorise pas la plateforme", 1),
        (404, f"SIECLE BEE ne connaît pas l’établissement {UAI}.", 1),
        (429, "SIECLE BEE reçoit trop de demandes", 4),
        (500, "SIECLE BEE est en panne ou en maintenance.", 4),
        (503, "SIECLE BEE est en panne ou en maintenance.", 4),
        (302, "La réponse de SIECLE BEE est illisible.", 1),
        (418, "La réponse de SIECLE BEE est illisible.", 1),
    ],
)
def test_refusals_are_said_in_french(settings, status, message, asked):
    said, count = refusal(always(Answer(status, headers={"Location": "http://127.0.0.1:9/"})), settings)
    assert said.startswith(message)
    assert count == asked


@pytest.mark.parametrize("status", [400, 401])
def test_refused_credentials(settings, status):
    with running(always(Answer(body=[])), settings) as service:
        service.token_answers = [Answer(status, body={"error": "invalid_client"})] * 2
        with pytest.raises(Refused, match="ne reconnaît pas la plateforme"):
            reading()
    assert [path for _, path, _, _ in service.asked] == ["/token"]


@pytest.mark.parametrize("body", [None, [], {}, {"access_token": ""}, {"access_token": 5}, {"access_token": "a\nb"}])
def test_a_token_that_is_none(settings, body):
    with running(always(Answer(body=[])), settings) as service:
        service.token_answers = [Answer(body=body)]
        with pytest.raises(Refused, match="illisible"):
            reading()


@pytest.mark.parametrize("seconds", ["16", "3600"])
def test_too_long_to_wait_for(settings, seconds):
    said, count = refusal(always(Answer(429, headers={"Retry-After": seconds})), settings)
    assert (said.startswith("SIECLE BEE reçoit trop de demandes"), count) == (True, 1)


def test_nobody_there(settings):
    settings.SIECLE_GATEWAY = "candidates.siecle.sygne.SygneGateway"
    address = "http://127.0.0.1:9"
    settings.SIECLE_SERVICE = {"URL": address, "TOKEN_URL": address, "CLIENT_ID": ID, "CLIENT_SECRET": SECRET}
    with pytest.raises(Refused, match="SIECLE BEE ne répond pas"):
        reading()


def test_the_connection_is_always_cut(settings):
    assert refusal(lambda *_: None, settings) == ("SIECLE BEE ne répond pas. Réessayez dans quelques minutes.", 4)


def slow(seconds, service, request, body):
    time.sleep(seconds)
    return Answer(body=[])


def test_an_answer_that_does_not_come(settings, monkeypatch):
    monkeypatch.setattr(sygne, "TIMEOUT", (0.2, 0.1))
    monkeypatch.setattr(sygne, "PAUSES", (0.01,))
    said, count = refusal(partial(slow, 0.4), settings)
    assert (said, count) == ("SIECLE BEE met trop de temps à répondre. Réessayez dans quelques minutes.", 2)


def test_an_answer_that_comes_drop_by_drop(settings, monkeypatch):
    monkeypatch.setattr(sygne, "DEADLINE", 0.3)
    monkeypatch.setattr(sygne, "_CHUNK", 10)

    def drops(service, request, body):
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        for _ in range(30):
            request.wfile.write(b" " * 10)
            request.wfile.flush()
            time.sleep(0.05)

    said, _ = refusal(drops, settings)
    assert said.startswith("SIECLE BEE met trop de temps")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(raw=b""),
        Answer(raw=b"<html>Maintenance</html>"),
        Answer(raw=b'[{"ine": "1"'),
        Answer(raw=b"\xff\xfe"),
        Answer(raw=b"[" * 200_000),
        Answer(body={"eleves": []}),
        Answer(body=["DUPONT"]),
        Answer(body=None, raw=b"null"),
        Answer(raw=gzip.compress(b"[]"), headers={"Content-Encoding": "gzip"}),
        Answer(body=[], headers={"Link": '<http://127.0.0.1:9/ailleurs>; rel="next"'}),
        Answer(body=[], headers={"Link": '<file:///etc/passwd>; rel="next"'}),
    ],
)
def test_garbage(settings, answer):
    said, count = refusal(always(answer), settings)
    assert (said, count) == ("La réponse de SIECLE BEE est illisible. Écrivez à l’assistance de la plateforme.", 1)


def test_too_much(settings, monkeypatch):
    monkeypatch.setattr(sygne, "MAX_BYTES", 1000)
    assert refusal(always(Answer(body=[pupil()] * 10)), settings)[0].startswith(
        "La réponse de SIECLE BEE est bien plus"
    )


def test_pages_without_end(settings, monkeypatch):
    monkeypatch.setattr(sygne, "MAX_PAGES", 5)
    endless = Answer(body=[pupil()], headers={"Link": '<?encore>; rel="next"'})
    said, count = refusal(always(endless), settings)
    assert (said.startswith("La réponse de SIECLE BEE est bien plus"), count) == (True, 5)


def test_pupils_without_end(settings):
    endless = Answer(body=[{}] * 6000, headers={"Link": '<?encore>; rel="next"'})
    said, count = refusal(always(endless), settings)
    assert (said.startswith("La réponse de SIECLE BEE est bien plus"), count) == (True, 2)


def test_pupils_of_another_school_are_refused(settings):
    said, _ = refusal(always(Answer(body=[pupil(), pupil(2, codeUai="0781977A")])), settings)
    assert said.startswith("SIECLE BEE a répondu avec des élèves d’un autre établissement.")


def test_no_name_and_no_secret_in_the_log(settings, caplog):
    refusal(always(Answer(500, body=[pupil(nom="SECRET-DE-FAMILLE")])), settings)
    assert len(caplog.records) == 4
    assert not any(word in caplog.text for word in ("FAMILLE", SECRET, "jeton", UAI, "100000001AK"))


# --- Sending ----------------------------------------------------------------------------------------------------------


def sending():
    return gateways.gateway().send(UAI, 2026, RESULTS)


def test_results_are_sent(settings):
    with running(always(Answer(204)), settings) as service:
        assert sending().refused == {}
    method, path, body, headers = service.asked[-1]
    assert (method, path) == ("POST", f"/sygne/v1/etablissements/{UAI}/resultats")
    assert headers["Content-Type"] == "application/json"
    document = json.loads(body)
    assert (document["format"], document["version"], document["uai"], document["session"]) == (
        "esr-resultats",
        1,
        UAI,
        2026,
    )
    assert document["resultats"] == [
        {
            "ine": "100000001AK",
            "eleveId": "500001",
            "attestation": "ASSR1",
            "resultat": "ADMIS",
            "date": "2026-03-14",
        },
        {"ine": "100000002AK", "eleveId": "", "attestation": "ASSR2", "resultat": "ECHOUE", "date": "2026-03-15"},
    ]


def test_what_the_service_refuses_comes_back(settings):
    refused = [
        {"ine": "100000002AK", "attestation": "ASSR2", "motif": "INE inconnu"},
        {"ine": "1", "attestation": "AER"},
    ]
    with running(always(Answer(body={"refuses": refused})), settings):
        assert sending().refused == {
            ("100000002AK", "ASSR2"): "INE inconnu",
            ("1", "AER"): "Refusé par SIECLE BEE",
        }


def test_the_same_results_carry_the_same_key_whenever_they_are_sent(settings):
    with running(failing(2, Answer(503)), settings) as service:
        keys = set()
        for results in (RESULTS, RESULTS, RESULTS[:1]):
            with pytest.raises(Refused):  # a list of pupils is no answer to this
                gateways.gateway().send(UAI, 2026, results)
            keys |= {headers["Idempotency-Key"] for _, path, _, headers in service.asked if path.endswith("resultats")}
    assert len(keys) == 2


@pytest.mark.parametrize("body", [[], "x", {"refuses": {}}, {"refuses": ["x"]}])
def test_an_answer_to_results_that_is_garbage(settings, body):
    assert refusal(always(Answer(body=body)), settings, act=sending)[0].startswith("La réponse de SIECLE BEE est illis")


# --- The other gateways -----------------------------------------------------------------------------------------------


def test_the_setting_names_the_gateway(settings):
    kinds = {}
    for path in ("file.FileGateway", "sygne.SygneGateway", "demo.DemoGateway"):
        settings.SIECLE_GATEWAY = f"candidates.siecle.{path}"
        way = gateways.gateway()
        kinds[path] = way.from_files, way.is_remote
    assert kinds == {
        "file.FileGateway": (True, False),
        "sygne.SygneGateway": (False, True),
        "demo.DemoGateway": (False, False),
    }


def test_the_demonstration_has_pupils_of_every_kind(settings):
    settings.SIECLE_GATEWAY = "candidates.siecle.demo.DemoGateway"
    from candidates.siecle.reading import Context, read

    way = gateways.gateway()
    export = way.read(UAI, (), lambda done, total: None)
    assert export.pupils == way.read(UAI, (), lambda done, total: None).pupils
    today = date.today()
    made = read(export, Context(uai=UAI, year=today.year, today=date(today.year, 3, 1), held={}))
    assert made.errors == []
    assert (len(made.rows), len(made.set_aside)) == (96, 24)
    assert {row.attestation for row in made.rows} == {"ASSR1", "ASSR2"}
    assert sum(not row.identifier for row in made.rows) == 1
    assert way.send(UAI, today.year, RESULTS).refused == {}
