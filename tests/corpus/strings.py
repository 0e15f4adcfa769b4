"""Hostile strings, each with what the platform owes it.

    for text in TEXTS: text.name, text.value, text.becomes

Of a text `becomes` is what the one door (esr.core.text.clean) makes of it on one line, None when it refuses it; the
other lists say what their own door gives. Nothing is downloaded; what cannot be seen is written as an escape.
"""

import json
from dataclasses import dataclass
from datetime import date

MARK = "zq9"
"""Stands in every string that would do something in a page, so that it can be found there."""


@dataclass(frozen=True)
class Text:
    name: str
    value: str
    becomes: str | None


def kept(name: str, *values: str) -> list[Text]:
    return [Text(f"{name} {n}", value, value) for n, value in enumerate(values, start=1)]


def becoming(name: str, pairs: dict[str, str | None]) -> list[Text]:
    return [Text(f"{name} {n}", value, becomes) for n, (value, becomes) in enumerate(pairs.items(), start=1)]


_SPACES = "\t\n\r\x0b\x0c \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
_SPACES += "\u202f\u205f\u3000"
# Seen as spaces, these controls are taken away by the door rather than turned into a space.
_GONE = "\x0b\x0c\x85"
_CONTROLS = [*range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)]
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_WIDTHLESS = "\u200b\u2060\ufeff"
_NO_CHARACTERS = "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff\ue000\uf8ff\U000f0000\U0010fffd\u0378\U000e0000"

# Many a line: one string less is one string less.
# fmt: off

TEXTS: list[Text] = [
    # --- Unicode: what is invisible goes, what people write stays -----------------------------------------------------
    *becoming("a space of Unicode", {f"Mar{c}tin": "Martin" if c in _GONE else "Mar tin" for c in _SPACES}),
    *becoming("a control character", {f"Mar{chr(c)}tin": "Martin" for c in _CONTROLS}),
    *becoming("a bidirectional control", {f"Mar{c}tin": "Martin" for c in _BIDI}),
    *becoming("no width", {f"Mar{c}tin": "Martin" for c in _WIDTHLESS}),
    *becoming("no character", {f"Mar{c}tin": "Martin" for c in _NO_CHARACTERS}),
    *becoming("half a character", dict.fromkeys(("\ud800", "\udfff", "Mar\udc00tin", "\udc00\ud800", "\ud83d!"))),
    *becoming(
        "nothing at all",
        dict.fromkeys(("", " ", "\t\n", "\0", "\ufeff", "\u202e", "\u200b\u2060", "\xa0\u3000", "\x7f", "\ue000"), ""),
    ),
    *becoming(
        "one letter in two",
        {"Zoe\u0301": "Zoé", "A\u030angstro\u0308m": "Ångström", "\u1100\u1161": "\uac00", "\u212b": "Å", "\u2126": "Ω"},
    ),
    *becoming(
        "edges and runs",
        {
            "  Martin  ": "Martin",
            "Mar \t \xa0 tin": "Mar tin",
            "Martin\r\nDupont": "Martin Dupont",
            "\nMartin\n\n\n": "Martin",
            "Martin\u2028Dupont": "Martin Dupont",
            "\u202eMartin\u202c": "Martin",
            "Mar\0\0\0tin": "Martin",
            "\ufeffMartin": "Martin",
            "a\tb": "a b",
        },
    ),
    *kept("joined by nothing", "क्\u200dष", "می\u200cخواهم", "👩\u200d🚒", "🏳️\u200d🌈"),
    *kept("emoji", "😀", "👍🏽", "🇫🇷", "1️⃣", "☠️", "🧑🏿\u200d🤝\u200d🧑🏻", "🏴\U000e0067\U000e0062\U000e0065\U000e007f"),
    *kept(
        "another script",
        "Мартин", "Μαρτίνος", "مارتان", "מרטין", "马丁", "マルティン", "마르틴", "मार्टिन", "มาร์ติน", "Մարտին", "მარტინი", "ማርቲን",
        "𐌼𐌰𐍂𐍄𐌹𐌽", "Łukasz Żółć", "Ñandú", "İstanbul", "ıçğöşü", "Đặng Thị Ngọc", "Þórður", "ẞtraße", "Ǆenan", "𝔐𝔞𝔯𝔱𝔦𝔫",
    ),
    *kept(
        "looks like another",
        "Маrtin", "Mаrtin", "Ｍａｒｔｉｎ", "ⅯⅭ", "ℳartin", "０７５０６５５Ｅ", "٠١٢٣", "१२३", "𝟘𝟙𝟚", "①②", "½", "²", "Ⅳ",
    ),
    *kept(
        "many marks",
        "x" + "\u0302" * 24, "Z" + "\u0335" * 60, "a" + "\u20dd", "\u0301", "\u0f7c" * 30, "ﷺ" * 5,
    ),
    *kept("case that grows", "ß", "ŉ", "ﬃ", "ΐ", "ǰ", "İ", "ſ", "ᾳ"),
    *kept(
        "people’s own names",
        "O’Neill", "O'Neill", "D’Arc", "Jean-Paul", "Null", "NULL", "None", "True", "undefined", "NaN", "Infinity", "nan",
        "Test", "Admin", "von der Leyen", "de La Tour d’Auvergne", "N’Diaye", "Nguyễn", "Škoda", "X Æ A-12", "A", "Ab",
        "Marie-Thérèse-Joséphine", "LE GOFF", "Œuvrard", "Çelik", "ŒIL", "M", "Éé",
    ),
    # --- Length -------------------------------------------------------------------------------------------------------
    *kept("long", "A" * 101, "é" * 256, "😀" * 300, "A" * 5000, "A" * 70_000, "a " * 2000 + "a", "𝔐" * 201, "9" * 5000),
    # --- What other programs would run ----------------------------------------------------------------------------------
    *kept(
        "SQL",
        "' OR '1'='1", "'; DROP TABLE candidates_candidate; --", '" OR ""="', "1; SELECT pg_sleep(10)", "') OR 1=1 --",
        "admin'--", "\\'; SELECT 1; --", "' UNION SELECT NULL,NULL,NULL --", "%' AND 1=0 UNION ALL SELECT 1 --", "%", "_",
        "%%", "100%", "\\", "\\\\", "$$", "$1", "?", ":name", "%(name)s", "%s", "%s%s%s%n", "'||(SELECT 1)||'", "/**/", "--",
        "1e309", "0x1F", "CHAR(65)", "E'\\x41'", "U&'\\0041'",
    ),
    *kept(
        "a template",
        "{{7*7}}" + MARK, "{{ request.user.password }}", "{% debug %}", "{% include '/etc/passwd' %}", "{# rien #}", "${7*7}",
        "#{7*7}", "<%= 7*7 %>", "{{''.__class__.__mro__}}", "{0}", "{0.__class__}", "{name!r:>999999999}", "{}", "{", "}}",
        "{{", "%}", "{{ settings.SECRET_KEY }}", "@(1+1)", "[[${7*7}]]", "*{7*7}", "~{x}", "<#assign x=1>",
    ),
    *kept(
        "a page",
        f"<script>{MARK}</script>", f"<img src=x onerror={MARK}>", f'"><script>{MARK}</script>', f"'><svg onload={MARK}>",
        f"</title><script>{MARK}</script>", f"</textarea><script>{MARK}</script>", f"<iframe src=javascript:{MARK}>",
        f"<a href=javascript:{MARK}>x</a>", f"<b>{MARK}</b>", f"<!--{MARK}-->", f"<![CDATA[{MARK}]]>", f"<{MARK}",
        f"{MARK}>", f"<style>{MARK}</style>", f"<base href=//{MARK}>", f"<meta http-equiv=refresh content={MARK}>",
        f"</script><script>{MARK}</script>", f"<math><mi xlink:href=data:{MARK}>", f"<input autofocus onfocus={MARK}>",
        f"&lt;script&gt;{MARK}", f"&#60;script&#62;{MARK}", f"&{MARK};", "&amp;", "&", "<", ">", '"', "'", "`", f"<ｓcript>{MARK}",
        f"<script\x20type=module>{MARK}</script>", f"javascript:{MARK}", f"data:text/html,<script>{MARK}</script>",
        f"<details open ontoggle={MARK}>", f"<x/onclick={MARK}>", f"<form action=//{MARK}>", f"<plaintext>{MARK}",
    ),
    *kept(
        "a script",
        f"';alert({MARK});//", f'";alert({MARK});//', f"`${{{MARK}}}`", f"\\u003cscript\\u003e{MARK}", f"\\x3c{MARK}",
        "__proto__", "constructor", "toString", "hasOwnProperty", "[object Object]", "function(){}", "*/alert(1)/*",
    ),
    *kept("a style", f"expression({MARK})", f"}}body{{background:url(//{MARK})}}", f"url({MARK})", "@import 'x'", "\\3c x"),
    *becoming(
        "a header",
        {
            "x\r\nSet-Cookie: a=b": "x Set-Cookie: a=b",
            "x\nLocation: //example.org": "x Location: //example.org",
            "x\r\n\r\n<b>": "x <b>",
            "x\rBcc: a@example.org": "x Bcc: a@example.org",
            "a@example.org\nBcc: b@example.org": "a@example.org Bcc: b@example.org",
            "x%0d%0aSet-Cookie:%20a=b": "x%0d%0aSet-Cookie:%20a=b",
            "\u560a\u560d": "\u560a\u560d",
        },
    ),
    *kept(
        "a path",
        "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "....//....//etc/passwd", "%2e%2e%2fetc", "C:\\x", "~",
        "file:///etc/passwd", "//example.org/x", "\\\\example.org\\x", "CON", "NUL.txt", ".", "..", "...", ".htaccess",
        "a/b", "x.csv;.exe", "-rf", "--help", "$(id)", "`id`", "|id", ";id", "&& id", "> /tmp/x", "https://example.org/",
    ),
    *kept(
        "a spreadsheet",
        "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("//x";"y")', "＝1+1", "'=1+1", "''", "=", "+", "@",
        "1,45582E+09", "#REF!", "#N/A", ";", ",", "|", '"";""', '"', "1;2", "sep=,", "########", "12/2026",
    ),
    *kept(
        "a number",
        "0", "-0", "1e400", "-1e400", "9" * 40, "-9223372036854775809", "9223372036854775808", "2147483648", "1_000", "0x10",
        "0b1", "1.0", "1,0", "1/0", "½", "٣", "+20", "20.", "  7", "1e1", "0.1e-400", "00000000000000000001", "20/20", "abs",
    ),
    *kept("JSON or XML", '{"a": 1}', "[]", "null", '{"$ne": null}', "<a/>", "<?xml?>", "&xxe;", "<!DOCTYPE x>", "]]>", "--->"),
    *kept("an expression", "(a+)+$", "^(?:a|a)*$", ".*", "[", "(", "\\d{1000000}", "(?P<x>", "a" * 60 + "!", "*", "?"),
    *kept(
        "an address",
        "a@b", "@", "a@@b.fr", "a" * 300 + "@example.org", "a@" + "b." * 120 + "fr", '"a b"@example.org', "a@[127.0.0.1]",
        "é@exämple.fr", "a@example.org,b@example.org", "<a@example.org>", "a@example..org", "mailto:a@example.org",
    ),
]

TEXTS = [  # what reads like a run of spaces at an edge is trimmed by the door
    Text(text.name, text.value, text.value.strip() if text.becomes == text.value else text.becomes) for text in TEXTS
]


# --- Doors of their own -----------------------------------------------------------------------------------------------

DATES: dict[str, date | None] = {
    "03/04/2012": date(2012, 4, 3),
    "3/4/2012": date(2012, 4, 3),
    "03-04-2012": date(2012, 4, 3),
    "03.04.2012": date(2012, 4, 3),
    "2012-04-03": date(2012, 4, 3),
    "29/02/2012": date(2012, 2, 29),
    "٠٣/٠٤/٢٠١٢": date(2012, 4, 3),
    **dict.fromkeys(
        (
            "29/02/2013", "30/02/2012", "31/04/2012", "32/01/2012", "00/01/2012", "01/00/2012", "01/13/2012", "12/31/2012",
            "01/01/0000", "01/01/99999", "2012-13-01", "2012-02-30", "20120403", "2012-W14-2", "2012-094", "03/04/12",
            "3 avril 2012", "april 3", "03/04", "2012", "03/04/-2012", "-3/4/2012", "03//04/2012", "03/04/2012/05", "1e3",
            "03/04/2012\0x", "41002", "NaT", "hier", "{{now}}", "0000-00-00", "9999999-01-01", "½/04/2012", "²/04/2012",
        )
    ),
}
"""A birth date as the list and the form take it → the day, or None for an error of that field (session 2026)."""

MOMENTS: dict[str, bool] = {
    "2026-06-01T10:00": True,
    "2026-06-01 10:00": True,
    "01/06/2026 10:00": True,
    "2026-06-01T10:00:59.999999": True,
    "2026-06-01T08:00Z": True,
    **dict.fromkeys(
        (
            # Paris has no 02:30 that night, and two of them the other one.
            "2026-03-29T02:30", "2026-10-25T02:30", "2026-02-30T10:00", "2026-13-01T10:00", "2026-06-01T24:01",
            "2026-06-01T10:60", "2026-06-01T-1:00", "0001-01-01T00:00", "0001-01-01T00:00+14:00", "0001-01-01T00:00-14:00",
            "9999-12-31T23:59", "9999-12-31T23:59-14:00", "9999-12-31T23:59+14:00", "10000-01-01T00:00", "0000-01-01T00:00",
            "2026-06-01T10:00+99:99", "2026-06-01T10:00[Europe/Paris]", "1780300800", "1e12", "-1", "nan", "now", "demain",
            "10:00", "T10:00", "2026-06-01T", "\0", "1970-01-01T00:00", "1916-02-29T10:00",
        ),
        False,
    ),
}
"""When an exam is to begin, asked of a school in Paris in 2026 whose session is open → whether it may."""

UAIS: dict[str, bool] = {
    "0750655E": True,
    " 0750655 e ": True,
    **dict.fromkeys(
        (
            "0750655F", "0750655", "750655E", "0750655EE", "0750655I", "O750655E", "٠٧٥٠٦٥٥E", "０７５０６５５Ｅ", "0750655Ｅ",
            "0750655Е", "0750655-E", "0000000", "9999999Z", "' OR 1=1", "0750655E\0x", "0750655E' --", "ÉÉÉÉÉÉÉE", "X",
        ),
        False,
    ),
}

INES: dict[str, bool] = {
    "130564139AC": True,
    "1234567890A": True,
    "ABCDEFGHIJK": True,
    "0571A12345B": True,
    **dict.fromkeys(
        ("12345", "130564139A", "130564139ACD", "130564139ac", "٣٣٣٣٣٣٣٣٣AC", "13056413９AC", "130564139AÇ", "", "\0", "-" * 11),
        False,
    ),
}

NUMBERS = (
    "00000000", "99999999", "1234", "1234 5678 9", "-1", "1e7", "٠١٢٣٤٥٦٧", "１２３４５６７８", "12345678\0", "' OR 1=1", "%", "____",
    "........", "0x12", "9" * 20, "null", "<b>", "12-34-56-78", "\u200b12345678", "١٢٣٤-٥٦٧٨",
)
"""Exam numbers and access codes that are nobody's."""


# --- The player's JSON ------------------------------------------------------------------------------------------------


def _item(**fields) -> dict:
    return {"q": 1, "seq": 1, "choices": "A", "final": False, "t": 10} | fields


def _save(**fields) -> bytes:
    return json.dumps({"epoch": 1, "items": [_item()]} | fields).encode()


_DEEP = b"[" * 9000

SAVES: dict[str, tuple[bytes, int]] = {
    "one answer": (_save(), 200),
    "all letters, twice each": (_save(items=[_item(choices="ABCABC")]), 200),
    "no letter": (_save(items=[_item(choices="")]), 200),
    "a key that nobody knows": (_save(more="x" * 100), 200),
    "a mark": (b"\xef\xbb\xbf" + _save(), 200),
    "an old epoch": (_save(epoch=2), 409),
    **{
        name: (body, 400)
        for name, body in {
            "nothing": b"",
            "spaces": b"   ",
            "NUL": b"\0",
            "half a document": _save()[:-3],
            "two documents": _save() * 2,
            "UTF-16 cut": _save().decode().encode("utf-16")[:-1],
            "no UTF-8": b'{"epoch": 1, "items": "\xff"}',
            "a list": b"[]",
            "a text": b'"x"',
            "a number": b"1",
            "null": b"null",
            "NaN": b"NaN",
            "endless brackets": _DEEP,
            "endless objects": b'{"a":' * 9000,
            "a number of 5,000 digits": b'{"epoch": ' + b"9" * 5000 + b"}",
            "too long": b'{"epoch": 1, "x": "' + b"x" * 40_000 + b'"}',
            "a form": b"epoch=1&items=2",
            "XML": b"<items/>",
            "items missing": json.dumps({"epoch": 1}).encode(),
            "epoch missing": json.dumps({"items": [_item()]}).encode(),
            **{
                f"epoch {value!r}": _save(epoch=value) for value in (0, -1, 1.0, "1", True, None, [], {}, 10_001, 2**63)
            },
            **{
                f"items {value!r}": _save(items=value)
                for value in (None, 1, "A", {}, [], [None], [1], ["q"], [[]], [{}])
            },
            "forty-one items": _save(items=[_item()] * 41),
            **{f"q {value!r}": _save(items=[_item(q=value)]) for value in (0, 21, -1, 1.0, "1", True, None, [], 2**64)},
            **{
                f"seq {value!r}": _save(items=[_item(seq=value)]) for value in (0, -1, 1.5, "1", None, 1_000_001, 2**70)
            },
            **{f"t {value!r}": _save(items=[_item(t=value)]) for value in (-1, 0.5, "0", None, True, 10**9 + 1)},
            **{
                f"choices {value!r}": _save(items=[_item(choices=value)])
                for value in ("G", "a", "A B", "ABCDEFA", "\0", "Ａ", "\ud800", None, 1, ["A"], {"A": 1}, "A\n")
            },
            **{f"final {value!r}": _save(items=[_item(final=value)]) for value in (0, 1, "true", None, [], "\0")},
            "infinity": b'{"epoch": Infinity, "items": []}',
            "the same key twice": b'{"epoch": 1, "items": [{"q": 1}], "items": []}',
        }.items()
    },
}
"""What a device may post to save → the status of the answer. Only 200 stores."""

HELDS = {
    name: (json.dumps({"epoch": 1, "held": held}).encode(), status)
    for name, held, status in [
        ("a list", [], 400),
        ("a text", "x", 400),
        ("nothing", None, 400),
        ("question 0", {"0": 1}, 400),
        ("question 21", {"21": 1}, 400),
        ("a question in other digits", {"١": 1}, 400),
        ("a question and a half", {"1.5": 1}, 400),
        ("an endless question", {"9" * 5000: 1}, 400),
        ("half a character", {"\ud800": 1}, 400),
        ("seq 0", {"1": 0}, 400),
        ("seq true", {"1": True}, 400),
        ("seq in words", {"1": "1"}, 400),
        ("too many", {str(n): 1 for n in range(1, 30)}, 400),
        ("nothing held", {}, 409),
        ("one held that the server has not", {"1": 7}, 409),
    ]
}
"""The claim of a finish → the status of the answer."""

TOKENS = (
    "", "x", "t" * 42, "t" * 44, "T" * 43, "null", "é" * 43, "\0" * 43, "' OR 1=1 --", "a.b.c", "Bearer", "=" * 43, "-" * 43,
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "٣" * 43, "x" * 20_000,
)
"""Tokens of no device: as a start's JSON, but for the one of dashes, and as Authorization."""


# --- Headers ----------------------------------------------------------------------------------------------------------

HEADERS: list[tuple[str, str]] = [
    *(("Host", value) for value in ("", "evil.example", "testserver@evil", "a b", "[::1", "x" * 3000, "testserver:99999")),
    *(("X-Forwarded-Host", value) for value in ("evil.example", "", "a, b", "\x7f")),
    *(("X-Forwarded-For", value) for value in ("", "1.2.3.4", "x" * 5000, "::1, , ,", "'; --", "é")),
    *(("X-Forwarded-Proto", value) for value in ("https", "javascript", "", "https, http")),
    *(("Accept-Language", value) for value in ("", "*", "fr;q=9", "x" * 600, "zh-" * 300, "fr;q=a", "\x00", "é", "../../x")),
    *(("Accept", value) for value in ("", "*/*;q=x", "text/" + "x" * 3000, "application/json", ",,,;;;")),
    *(
        ("Cookie", value)
        for value in (
            "=", ";;;", "sessionid", "sessionid=", "sessionid=x", "sessionid=" + "x" * 9000, 'sessionid="\\000aaaaaaaaaaa"',
            'sessionid="\\377\\376aaaaaaaaa"', "sessionid=é" + "a" * 20, "esr_epreuve=a:b:c", "esr_candidat=:::", "csrftoken=<b>",
            'messages="\\000"', "messages=[[1]]", "esr_codes_faux=[9e99]", "a=b; " * 900, 'esr_epreuve="\\ud800"', "$Version=1",
        )
    ),
    *(("If-None-Match", value) for value in ("", "*", '"x', "W/", '"' + "x" * 9000 + '"', "é")),
    *(("If-Modified-Since", value) for value in ("", "x", "Thu, 01 Jan 0000 00:00:00 GMT", "Thu, 99 Foo 99999 99:99:99 GMT")),
    *(("Range", value) for value in ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=a-b", "bytes=0-0,1-1", "x", "bytes=" + "9" * 400)),
    *(("Referer", value) for value in ("", "javascript:x", "http://[", "https://evil.example/", "\x00", "//")),
    *(("Origin", value) for value in ("null", "http://[", "https://evil.example", "")),
    *(("User-Agent", value) for value in ("", "x" * 9000, "é\xff", "() { :;}; id")),
    *(("HX-Request", value) for value in ("true", "x", "é")),
    *(("HX-Current-URL", value) for value in ("http://[", "x", "%00", "é", "http://testserver/%zz")),
    *(("Authorization", value) for value in ("", "Basic", "Basic !!!", "Bearer", "Bearer \x00", "Digest x", "x" * 9000)),
    *(("Content-Type", value) for value in ("", "x", "text/html; charset=klingon", "multipart/form-data", "é")),
    *(("Content-Length", value) for value in ("", "abc", "-1", "٣", "1e3")),
    *(("Transfer-Encoding", value) for value in ("chunked", "x")),
    *(("X-Http-Method-Override", value) for value in ("DELETE", "x")),
    *(("Sec-Fetch-Site", value) for value in ("cross-site", "x")),
]
"""Sent to pages and to the player: no answer is a 5xx, and none repeats them in a header of its own."""
# fmt: on
