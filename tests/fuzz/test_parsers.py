"""Every parser of the house against bytes, texts and values that nobody meant: it gives a value or its own documented
error, and where there is a writer, what was written comes back.

`FUZZ_EXAMPLES=5000 pytest tests/fuzz/test_parsers.py` looks longer and elsewhere each time; in the suite the examples
are few and always the same. What a longer run has found stands here as an `@example`.
"""

import io
import json
import os
import tempfile
import zipfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import cbor2
import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from candidates import resources
from candidates import rules as candidate_rules
from candidates.siecle import file as siecle_file
from candidates.siecle import reading, sygne
from candidates.siecle.gateway import Export, Pupil, Refused
from certificates import seal
from esr.core import keyring, legal, spreadsheets
from esr.core.text import TextError, clean, search_key
from establishments import auth as establishment_auth
from establishments import claims
from establishments import resources as lists
from establishments import rules as establishment_rules
from exams import auth as exam_auth
from exams import protocol, sealing
from exams.bank import archive, package, qti, source
from tests.corpus import files
from tests.corpus.strings import DATES, TEXTS
from tests.exams.sealed import body_of, sealed_by
from tests.siecle_export import Someone, export

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", 0))
YEAR = 2026
ALLOWED = ("ASSR1", "ASSR2", "AER")


def fuzzed(few: int = 60):
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


# --- What is fed to them ----------------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40) | st.sampled_from(
    [text.value for text in TEXTS if len(text.value) < 6000] + list(DATES)
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ANY_TEXT, inner, max_size=5), max_leaves=12
)
NAMES = st.text(st.sampled_from("ABCDEÉÈÇŒMNOPQZ '-"), min_size=1, max_size=30)


@st.composite
def damaged(draw, *whole: bytes) -> bytes:
    """A document with a few bytes changed, lost, doubled or added, or its end gone."""
    content = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(1, 12))
        match draw(st.integers(0, 4)):
            case 0:
                content[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length] * draw(st.integers(1, 5))
            case 3:
                content[at:at] = draw(st.binary(max_size=8) | st.sampled_from(_TROUBLE))
            case 4:
                del content[at:]
    return bytes(content)


_TROUBLE = [
    b"\0", b'"', b"'", b";", b",", b"\r", b"\n", b"<", b">", b"&a;", b"]]>", b"<!--", b"<![CDATA[", b"<?x", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"=", b"[", b"{", b"}", b"9" * 5000, b"..", b"-", b"1e999", b"\\ud800",
    b"PK\x03\x04",
]  # fmt: skip


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return out.getvalue()


# --- Lists of candidates ----------------------------------------------------------------------------------------------

LIST = files.text(files.line(YEAR), files.line(YEAR, ine="", last="L’Hermite", division='"5;A"')).encode()
WORKBOOK = files.workbook(files.row(YEAR), files.row(YEAR, ine="", first="=B2"))
SHEET = "xl/worksheets/sheet1.xml"
with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as _opened:
    PARTS = {name: _opened.read(name) for name in _opened.namelist()}


def is_reading_or_refusal(content: bytes) -> None:
    try:
        found = resources.read(content, year=YEAR, attestations=ALLOWED)
        table = resources.table(content)
    except resources.Unreadable as refused:
        assert all(refused.messages)
        return
    assert table
    assert all(error.line > 1 and error.column and error.message for error in found.errors)
    for row in found.rows:
        assert clean(row.last_name, max_length=100) == row.last_name
        assert row.last_name
        assert row.attestation in ALLOWED


@fuzzed(150)
@given(damaged(LIST, LIST.decode().encode("utf-16"), LIST.decode().encode("cp1252")) | st.binary(max_size=300))
@example(b"INE;" * 40_000)
@example(b'"' * 200_000)
@example(LIST.replace(b"Martin", b"=" * 400))
@example(LIST.replace(b"Martin", "NOÉ’S–ÇŒ".encode()))
def test_a_list(content):
    is_reading_or_refusal(content)


@fuzzed(80)
@given(st.lists(st.lists(ANY_TEXT, max_size=10), max_size=6), st.sampled_from(";\t,"))
def test_a_list_of_any_cells(rows, separator):
    content = spreadsheets.to_csv(files.HEADER, [], delimiter=separator)
    lines = [separator.join(cells) for cells in rows]
    is_reading_or_refusal(content + "\r\n".join(lines).encode("utf-8", "surrogatepass"))


@fuzzed(60)
@given(
    st.lists(st.tuples(NAMES, NAMES, st.dates(date(YEAR - 80, 1, 1), date(YEAR - 10, 12, 31))), min_size=1, max_size=8)
)
def test_what_is_exported_is_read_back(people):
    people = [
        (last, first, born)
        for last, first, born in people
        if any(map(str.isalpha, last)) and any(map(str.isalpha, first))
    ]
    if not people:
        return
    rows = [("", last, first, born, "5A", "F", "ASSR1", True) for last, first, born in people]
    for content in (spreadsheets.to_csv(files.HEADER, rows), spreadsheets.to_xlsx("Liste", files.HEADER, rows)):
        found = resources.read(content, year=YEAR, attestations=ALLOWED)
        assert found.errors == []
        assert [(row.last_name, row.first_name, row.birth_date) for row in found.rows] == [
            (clean(last).upper(), clean(first), born) for last, first, born in people
        ]


def is_sheet_or_refusal(content: bytes) -> None:
    try:
        sheet = spreadsheets.read_xlsx(content)
    except spreadsheets.SheetError as refused:
        assert str(refused)
    else:
        assert all(isinstance(cell, str) for _, cells in sheet.rows for cell in cells)


@fuzzed(60)
@given(damaged(WORKBOOK))
def test_a_workbook(content):
    is_sheet_or_refusal(content)
    is_reading_or_refusal(content)


@fuzzed(60)
@given(st.data())
def test_a_part_of_a_workbook(data):
    name = data.draw(st.sampled_from(sorted(PARTS)))
    content = _zip(**PARTS | {name: data.draw(damaged(PARTS[name]))})
    is_sheet_or_refusal(content)
    is_reading_or_refusal(content)


@fuzzed(150)
@given(ANY_TEXT)
@example("0001-01-01")
@example("9999-12-31")
@example("1" * 5000)
@example("٠٣/٠٤/٢٠١٢")
def test_a_birth_date(value):
    try:
        born = resources.birth_date(value, YEAR)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert candidate_rules.is_plausible_birth_date(born, YEAR)


@pytest.mark.parametrize(("value", "day"), DATES.items(), ids=[ascii(value) for value in DATES])
def test_the_birth_dates_of_the_corpus(value, day):
    if day:
        assert resources.birth_date(clean(value), YEAR) == day
    else:
        with pytest.raises(ValueError, match=r"\."):
            resources.birth_date(value, YEAR)


# --- SIECLE -----------------------------------------------------------------------------------------------------------

CONTEXT = reading.Context(uai="0750655E", year=YEAR, today=date(YEAR, 3, 1), held={}, possible=True)
PUPILS = export(
    [Someone(500001, "071340028HH"), Someone(500002, "", last_name="L’ŒUF", divisions=("3A", "3B"))], encoding="utf-8"
)
SAMPLES = Path(django_settings.BASE_DIR) / "tests" / "candidates" / "siecle"
NOMENCLATURE = (SAMPLES / "Nomenclature.xml").read_bytes()


def is_export_or_refusal(content: bytes) -> None:
    try:
        found = siecle_file.read_pupils(content, {})
        judged = reading.read(found, CONTEXT)
    except Refused as refused:
        assert all(refused.messages)
    else:
        assert len(judged.rows) + len({error.who for error in judged.errors}) <= len(found.pupils)


@fuzzed(100)
@given(damaged(PUPILS, PUPILS.decode().replace("utf-8", "ISO-8859-15").replace("’", "'").encode("iso-8859-15")))
@example(PUPILS.replace(b'encoding="utf-8"', b'encoding="utf-7"'))
@example(PUPILS.replace(b'encoding="utf-8"', b'encoding="idna"'))
@example(PUPILS.replace(b'encoding="utf-8"', b'encoding="base64"'))
@example(PUPILS.decode().encode("utf-16"))
@example(PUPILS.decode().encode("utf-16")[:-1])
def test_an_export(content):
    is_export_or_refusal(content)


@fuzzed(60)
@given(damaged(_zip(**{"ElevesSansAdresses.xml": PUPILS})))
def test_an_export_in_an_archive(content):
    is_export_or_refusal(content)


@fuzzed(60)
@given(damaged(NOMENCLATURE))
def test_a_nomenclature(content):
    try:
        found = siecle_file.read_nomenclature(content)
    except Refused as refused:
        assert all(refused.messages)
    else:
        assert all(isinstance(text, str) for key, pair in found.items() for text in (key, *pair))


TEXT_FIELDS = dict.fromkeys(("siecle_id", "ine", "last_name", "first_name", "birth_date", "sex", "mef"), ANY_TEXT)
PUPIL = st.builds(
    Pupil,
    **TEXT_FIELDS,
    usage_name=ANY_TEXT,
    status=ANY_TEXT,
    left_on=ANY_TEXT,
    divisions=st.lists(ANY_TEXT, max_size=2),
)


@fuzzed(80)
@given(st.lists(PUPIL, max_size=3), ANY_TEXT, st.sampled_from(["0750655E", " 0750655e", "0781977A", "", "\ud800"]))
@example([], "\ud800", "0750655E")
def test_pupils_of_any_texts(pupils, school_year, uai):
    """What a register says is judged pupil by pupil, whatever it says."""
    try:
        judged = reading.read(Export(uai=uai, pupils=pupils, school_year=school_year), CONTEXT)
    except Refused as refused:
        assert all(refused.messages)
    else:
        assert all(clean(row.last_name) == row.last_name for row in judged.rows)


@fuzzed(60)
@given(NAMES, NAMES)
def test_an_export_is_read_back(last, first):
    (read,) = siecle_file.read_pupils(
        export([Someone(7, "", last_name=last, first_name=first)], encoding="utf-8"), {}
    ).pupils
    assert (read.last_name, read.first_name) == (last.strip(), first.strip())


@fuzzed(80)
@given(VALUES, st.binary(max_size=40))
def test_what_the_remote_register_answers(value, junk):
    for content in (json.dumps(value).encode(), junk):
        try:
            found = sygne._json(content)
        except Refused:
            continue
        if isinstance(found, dict):
            assert isinstance(sygne._pupil(found), Pupil)


# --- Result files, seals, keys ----------------------------------------------------------------------------------------

KEYS = keyring.Keyring([sealing.SealKey(YEAR, b"\1" * 32)])
KEY = KEYS.keys[0]
LILY, CODE = UUID(int=1), "482913"
BODY = body_of(LILY, CODE, (1, "A"), (2, "BC"))


def find(sitting):
    return sealing.Expected(20, CODE) if sitting == LILY else None


def opened(content: bytes) -> sealing.Contents | None:
    try:
        return sealing.open_file(content, KEYS, find)
    except sealing.Unreadable as refused:
        assert refused.step
        return None


@fuzzed(100)
@given(damaged(sealed_by(KEY, BODY)) | st.binary(max_size=200))
def test_a_result_file(content):
    opened(content)


@fuzzed(100)
@given(st.dictionaries(st.sampled_from(["sitting", "epoch", "code", "items", "more"]), VALUES, max_size=5))
@example({"sitting": "\ud800"})
@example({"epoch": True})
def test_a_result_file_that_says_anything(changes):
    """Sealed by the honest device itself: what is inside is looked at all the same."""
    body = json.dumps(BODY | changes).encode()
    found = opened(sealed_by(KEY, body, of=LILY, epoch=1))
    assert found is None or found.sitting == LILY


@fuzzed(80)
@given(st.lists(st.tuples(st.integers(1, 20), st.sets(st.sampled_from("ABCDEF"))), min_size=1, max_size=20))
def test_a_result_file_is_read_back(answers):
    items = [(number, "".join(sorted(letters))) for number, letters in answers]
    found = opened(sealed_by(KEY, body_of(LILY, CODE, *items)))
    assert [(item.q, item.choices) for item in found.items] == items


SIGNING = seal.SigningKey(YEAR, b"\2" * 32)
PUBLIC = seal.published(keyring.Keyring([SIGNING]), keyring.Keyring([]))
CLAIMS = seal.Claims("ASSR1", "MARTIN", "Zoé", date(2012, 4, 3), "0750655E", date(YEAR, 3, 16), date(YEAR, 4, 1))
SEALED = seal.seal(CLAIMS, SIGNING)


@fuzzed(200)
@given(damaged(SEALED) | st.binary(max_size=120))
@example(b"\xd8\x1c\x81\xd8\x1d\x00")  # a list that holds itself
@example(b"\xc5\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01")  # a number that fills the memory
@example(b"\x81" * 1500 + b"\x01")
@example(b"\xd8\x1e\x82\x01\x00")  # a division by nothing
@example(b"\xc1\xfb\x7f\xf0" + bytes(6))  # a day without end
@example(b"\xd8\x23\x61\x28")  # an expression that is none
def test_a_seal(content):
    try:
        seal.unseal(content, PUBLIC)
    except seal.Unverifiable as refused:
        assert refused.step
    else:
        assert content == SEALED


CBOR = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 9) | st.text(max_size=3), inner, max_size=9)
    ),
)


@fuzzed(100)
@given(CBOR | st.fixed_dictionaries(dict.fromkeys(range(8), CBOR)))
@example({0: 1, 1: 1, 2: "A", 3: "B", 4: 2**70, 5: "C", 6: 0, 7: 0})
@example({0: 1, 1: True, 2: "A", 3: "B", 4: True, 5: "C", 6: 0, 7: 20_600})
def test_a_seal_of_anything(facts):
    """Signed by the platform's own key: still nothing but an attestation is believed."""
    protected = seal._dump({1: -8, 4: SIGNING.public.short})
    payload = seal._dump(facts)
    signature = SIGNING.sign(seal._to_sign(protected, payload))
    sealed = seal._dump(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    try:
        found, _ = seal.unseal(sealed, PUBLIC)
    except seal.Unverifiable as refused:
        assert refused.step
    else:
        assert seal.seal(found, SIGNING) == sealed


@fuzzed(100)
@given(ANY_TEXT)
def test_a_link(value):
    try:
        content = seal.read_link(value)
    except seal.Unverifiable:
        return
    assert seal.read_link(seal.link("https://example.org/", content)) == content


@fuzzed(100)
@given(ANY_TEXT | st.text("2026:,-_Aa1\n é", max_size=60))
@example("2026:" + "é" * 43)
@example("2026:\ud800")
def test_keys_of_the_environment(value):
    for kind in (sealing.SealKey, seal.SigningKey, seal.PublicKey):
        try:
            found = keyring.read_keys(value, kind)
        except keyring.BadKeys as refused:
            assert str(refused)
        else:
            assert keyring.read_keys(",".join(key.entry for key in found.keys), kind).keys == found.keys


# --- Signed tokens ----------------------------------------------------------------------------------------------------

# As a server gives them: never half a character.
COOKIES = ANY_TEXT.map(lambda value: value.encode("utf-8", "replace").decode())
TOKEN = signing.dumps("12345678", salt=exam_auth.EXAM_COOKIE)


@fuzzed(100)
@given(damaged(TOKEN.encode()).map(lambda content: content.decode("latin-1")) | COOKIES)
@example(".")
@example(":::")
@example(signing.dumps("12345678", salt="another"))
def test_a_signed_cookie(value):
    request = RequestFactory().get("/")
    request.COOKIES[exam_auth.EXAM_COOKIE] = value
    assert exam_auth.recall(request, exam_auth.EXAM_COOKIE) in (None, "12345678")


@fuzzed(60)
@given(
    damaged(establishment_auth.identity_key("uai", "0750655E", "EN").encode()).map(lambda c: c.decode("latin-1"))
    | COOKIES
)
def test_the_key_of_a_sign_up(value):
    with suppress(signing.BadSignature):
        assert establishment_auth.read_identity_key(value) == ("uai", "0750655E", "EN")


# --- The player -------------------------------------------------------------------------------------------------------

ITEM = st.fixed_dictionaries({}, optional=dict.fromkeys(("q", "seq", "choices", "final", "t"), VALUES))
GOOD_ITEM = st.fixed_dictionaries(
    {
        "q": st.integers(1, 20),
        "seq": st.integers(1, protocol.MAX_SEQ),
        "choices": st.text("ABCDEF", max_size=6),
        "final": st.booleans(),
        "t": st.integers(0, 10**9),
    }
)


@fuzzed(100)
@given(VALUES | st.lists(ITEM | GOOD_ITEM | VALUES, max_size=3))
def test_items(value):
    try:
        items = protocol.parse_items(value, 20)
    except protocol.Malformed as refused:
        assert str(refused)
    else:
        assert all(1 <= item.q <= 20 and set(item.choices) <= set(protocol.LETTERS) for item in items)


@fuzzed(60)
@given(st.lists(GOOD_ITEM, min_size=1, max_size=protocol.MAX_ITEMS))
def test_items_are_read_back(items):
    parsed = protocol.parse_items(json.loads(json.dumps(items)), 20)
    assert [(i.q, i.seq, set(i.choices), i.final, i.t) for i in parsed] == [
        (i["q"], i["seq"], set(i["choices"]), i["final"], i["t"]) for i in items
    ]


@fuzzed(100)
@given(VALUES | st.dictionaries(ANY_TEXT | st.integers(-1, 25).map(str), VALUES | st.integers(0, 9), max_size=4))
@example({"²": 1})
@example({"\ud800": 1})
@example({"1" * 5000: 1})
def test_what_a_device_says_to_hold(value):
    try:
        held = protocol.parse_held(value, 20)
    except protocol.Malformed as refused:
        assert str(refused)
    else:
        assert all(1 <= number <= 20 and seq >= 1 for number, seq in held.items())


# --- The bank ---------------------------------------------------------------------------------------------------------

QUESTION = next(source.QUESTIONS.glob("circulation/*.toml")).read_bytes()
ENTRY = source.parse(QUESTION)


@fuzzed(150)
@given(damaged(QUESTION))
@example(b"version = " + b"9" * 5000)
@example(b".".join([b"a"] * 3000) + b" = 1")
@example(b"a = " + b"[" * 3000)
def test_a_question(content):
    try:
        found = source.parse(content)
    except source.BankError as refused:
        assert all(refused.errors)
    else:
        again = source.dump(found.question, version=found.version, state=found.state)
        assert source.parse(again.encode()) == found


QUESTION_KEYS = list(source.table(ENTRY.question))


@fuzzed(100)
@given(st.dictionaries(st.sampled_from([*QUESTION_KEYS, "version", "state", "x"]), VALUES, max_size=3))
@example({"state": []})
@example({"propositions": [{"text": "a", "expected": {}}, {"text": [], "expected": True}]})
@example({"scene": {"duration": 8, "view": [], "description": "x" * 30, "footage": 1}})
def test_a_question_of_any_values(changes):
    try:
        found = source.entry(source.table(ENTRY.question) | changes)
    except source.BankError as refused:
        assert all(refused.errors)
    else:
        assert source.parse(source.dump(found.question).encode()).question == found.question


@pytest.fixture(scope="module")
def banks(tmp_path_factory):
    """The same two questions in our archive and in QTI's."""
    folder = tmp_path_factory.mktemp("banks")
    entries = [ENTRY, source.Entry(ENTRY.question, 2, "draft")]
    archive.write(folder / "ours.zip", entries, folder)
    archive.write_qti(folder / "qti.zip", entries, folder, lambda entry: None)
    return [(folder / name).read_bytes() for name in ("ours.zip", "qti.zip")]


def is_bank_or_refusal(content: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(content)
        file.flush()
        try:
            bank = archive.read(Path(file.name))
        except source.BankError as refused:
            assert all(refused.errors)
        else:
            assert bank.entries


@fuzzed(60)
@given(data=st.data())
def test_a_bank(banks, data):
    is_bank_or_refusal(data.draw(damaged(*banks)))


@fuzzed(80)
@given(data=st.data())
def test_a_part_of_a_bank(banks, data):
    with zipfile.ZipFile(io.BytesIO(data.draw(st.sampled_from(banks)))) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    is_bank_or_refusal(_zip(**parts | {name: data.draw(damaged(parts[name]))}))


@fuzzed(60)
@given(st.binary(max_size=200) | damaged(_zip(a=b"1", b=b"2")))
@example(b"PK")
@example(b"PK\x05\x06" + bytes(18))
def test_an_archive(content):
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            with package.Package(Path(file.name)) as opened:
                for name in opened.names:
                    opened.read(name, 1000)
        except source.BankError as refused:
            assert all(refused.errors)


@fuzzed(60)
@given(damaged(b"<a xmlns='x'><b c='d'>e</b><!-- f --><?g h?></a>") | st.binary(max_size=60))
@example(b"<a>" * 400)
@example(b'<?xml version="1.0" encoding="utf-7"?><a/>')
def test_xml_of_a_bank(content):
    try:
        qti.parse(content)
    except source.BankError as refused:
        assert all(refused.errors)


# --- Identities, public lists, texts ----------------------------------------------------------------------------------

NAMED = (
    "FrEduFonctAdm", "FrEduRneResp", "FrEduResDel", "FrEduRne", "FrEduCtEleveINE", "FrEduCtEleveUAI",
    "family_name",
         "given_name", "FrEduCtPersonAffiliation")  # fmt: skip
DELEGATION = "x|/y?applicationname=esr|01/09/2025|31/08/2026|z|FrEduRneResp=0750655E$UAJ;X|s||"


@fuzzed(150)
@given(
    st.dictionaries(
        st.sampled_from(NAMED), VALUES | damaged(DELEGATION.encode()).map(lambda c: c.decode("latin-1")), max_size=6
    )
)
@example({"FrEduResDel": DELEGATION.replace("/y?", "http://[")})
@example({"FrEduResDel": DELEGATION.replace("01/09/2025", "31/12/9999")})
def test_what_a_provider_says(said):
    for right in claims.rights(said, "esr"):
        assert establishment_rules.is_uai(right.uai)
        assert right.role in (claims.HEAD, claims.SUPERVISOR)
    assert all(map(establishment_rules.is_uai, claims.pupil(said).uais))
    assert all(isinstance(value, str) for value in claims.affiliations(said))


def test_the_delegation_that_is_damaged_is_a_right_when_whole():
    assert claims.rights({"FrEduResDel": DELEGATION}, "esr")


DIRECTORY = (
    "identifiant_de_l_etablissement;nom_etablissement;type_etablissement;statut_public_prive;adresse_1;code_postal;"
    "nom_commune;code_academie;libelle_departement;libelle_region;mail\n"
    "0750655E;Collège;Collège;Public;1 rue;75005;Paris;01;Paris;IDF;a@example.org\n"
).encode()
FINESS = ("finess;etalab;1\nstructureet;010000024;1;IME;;;;;;;;;;01;Ain;01000 BOURG;;;183" + ";" * 13 + "\n").encode(
    "latin-1"
)


@fuzzed(100)
@given(damaged(DIRECTORY, FINESS))
@example(b"x" * 200_000)
@example(DIRECTORY.replace(b"Paris;", b'"' + b"x" * 200_000, 1))
def test_the_public_lists(content):
    for read in (lists.read_directory, lists.read_finess):
        try:
            for line in read(io.BytesIO(content)):
                assert isinstance(line, lists.Line | lists.Refused)
        except lists.Unreadable as refused:
            assert str(refused)


@fuzzed(80)
@given(
    damaged((Path(django_settings.BASE_DIR) / "docs" / "legal.toml").read_bytes()).map(
        lambda c: c.decode("utf-8", "replace")
    )
)
@example("a = " + "9" * 5000)
@example(".".join(["a"] * 3000) + " = 1")
def test_the_operators_file(value):
    try:
        legal.read_legal(value)
    except legal.BadLegal as refused:
        assert str(refused)


@fuzzed(150)
@given(ANY_TEXT, st.booleans())
def test_a_text(value, multiline):
    try:
        once = clean(value, multiline=multiline, max_length=60)
    except TextError as refused:
        assert str(refused)
        return
    assert clean(once, multiline=multiline, max_length=60) == once
    assert isinstance(once.encode(), bytes)
    assert "\0" not in once
    assert isinstance(search_key(once), str)


@fuzzed(100)
@given(ANY_TEXT)
@example("0750655E")
@example("٠٧٥٠٦٥٥E")
def test_identifiers(value):
    for kind in ("uai", "finess", "epide", "srj"):
        normal = establishment_rules.normal_identifier(kind, value)
        assert establishment_rules.normal_identifier(kind, normal) == normal
    assert not establishment_rules.is_uai(value) or value.isascii()
    assert not establishment_rules.is_finess(value) or value.isascii()
    assert not candidate_rules.is_ine(value) or value.isascii()
    assert isinstance(candidate_rules.normal_identifier(value), str)


@fuzzed(100)
@given(ANY_TEXT | st.dates(date(1, 1, 1), date(9998, 12, 31)).map(lambda day: f"{day:%d/%m/}{day.year:04d}"))
def test_a_day_of_siecle(value):
    try:
        found = reading.day(value)
    except ValueError:
        return
    assert found - timedelta(0) == found
