"""Our codes are segno's where a code is full, and any reader reads them where it is not."""

import io
import random

import pytest
import segno
from segno import consts

from certificates import qr

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CHANCE = random.Random(11)


def text_of(length: int) -> str:
    return "h" + "".join(CHANCE.choices(LETTERS, k=length - 1))


def capacity(version: int, level: str) -> int:
    """How many characters a code of bytes holds (ISO/IEC 18004, table 7)."""
    return (consts.SYMBOL_CAPACITY[version][qr._LEVELS[level]] - (12 if version < 10 else 20)) // 8


@pytest.mark.parametrize("version", range(1, 41))
def test_a_full_code_of_every_size_is_segno_s(version):
    level = "M" if version <= qr._LARGEST_AT_M else "L"
    text = text_of(capacity(version, level))
    theirs = segno.make_qr(text, version=version, error=level, mask=qr.MASK, mode="byte", boost_error=False)
    assert qr.matrix(text) == ["".join(map(str, row)) for row in theirs.matrix]


def read(text: str) -> tuple[str, str]:
    import base64

    import zxingcpp
    from PIL import Image

    png = base64.b64decode(qr.picture(text).removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.mode, picture.size) == ("1", (len(qr.matrix(text)),) * 2)
        large = picture.convert("L").resize([side * 4 for side in picture.size], Image.Resampling.NEAREST)
    page = Image.new("L", [side + 40 for side in large.size], 255)
    page.paste(large, (20, 20))
    (code,) = zxingcpp.read_barcodes(page)
    return code.text, code.ec_level


@pytest.mark.parametrize("length", [1, 13, 14, 15, 60, 180, 181, 213, 214, 230, 251, 252, 340, 503, 504, 640, 1300])
def test_a_code_is_read_whatever_is_left_of_it(length):
    text = text_of(length)
    assert read(text) == (text, "M" if length <= capacity(qr._LARGEST_AT_M, "M") else "L")


def test_the_smallest_code_is_taken():
    sizes = [len(qr.matrix(text_of(length))) for length in (14, 15, 251, 252, 504, 1003)]
    assert sizes == [21, 25, 61, 65, 17 * 4 + 17, 22 * 4 + 17]


def test_what_no_code_holds_is_refused():
    qr.matrix(text_of(2953))
    with pytest.raises(ValueError, match="No QR code holds"):
        qr.matrix(text_of(2954))
    with pytest.raises(UnicodeEncodeError):
        qr.matrix("é")
