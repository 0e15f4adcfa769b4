"""QR codes (ISO/IEC 18004) of the documents: an address in, a picture for a template out.

A page of a batch has a code of its own, and segno takes as long for one as for all the rest of the page. So segno
draws the frame of each size once (finders, timing, format), and what changes from page to page is worked out here: the
error correction by a table of multiples of the generator, and the places by one permutation. The tests compare every
size with segno's own. No Django.
"""

import base64
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest
from operator import itemgetter

import segno
from segno import consts, encoder

# Always the same mask: choosing among eight takes four times as long as the code itself, and what is encoded here is
# random enough (a signature) to need no choice.
MASK = 4

# A quarter of a code may be torn or stained at level M. Larger ones would have modules below half a millimetre on an
# attestation: they get on with level L.
_LARGEST_AT_M = 17
_LARGEST = 40

_FUNCTION = 1  # modules of segno's frame up to this value belong to a pattern, others to data
_LEVELS = {"M": consts.ERROR_LEVEL_M, "L": consts.ERROR_LEVEL_L}


def matrix(text: str) -> list[str]:
    """The modules of the code, one string of "0" and "1" (dark) a row, without the quiet zone. ASCII only.

    Raises ValueError for a text that no code holds (some 2900 characters).
    """
    content = text.encode("ascii")
    symbol = _symbol_for(len(content))
    stream = f"{symbol.codewords(content) ^ symbol.mask:0{symbol.bits}b}" + "01"
    modules = "".join(symbol.pick(stream))
    return [modules[start : start + symbol.size] for start in range(0, len(modules), symbol.size)]


def picture(text: str) -> str:
    """The code of `matrix` as a data: address of a PNG, one pixel a module, black on white."""
    rows = matrix(text)
    size = len(rows)
    width = (size + 7) // 8
    light = (1 << size) - 1
    lines = b"".join(b"\0" + ((int(row, 2) ^ light) << (8 * width - size)).to_bytes(width) for row in rows)
    png = b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(lines, 1)),
            _chunk(b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# --- One size of code -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Symbol:
    """A size (ISO: version) at one level of correction. `pick` takes the modules, row by row, out of the stream of
    bits, after whose `bits` stand a light and a dark one; `mask` is the mask in the order of the stream."""

    version: int
    size: int
    bits: int
    mask: int
    pick: Callable[[str], tuple[str, ...]]
    blocks: tuple[tuple[int, int], ...]  # (how many, data codewords in each)
    correction: int  # codewords a block
    capacity: int  # data codewords

    def codewords(self, content: bytes) -> int:
        """Data and correction, interleaved (7.4 to 7.6), as one number of `bits` bits."""
        data = self._data(content)
        multiples = _multiples(self.correction)
        parts, corrections, start = [], [], 0
        for count, length in self.blocks:
            for _ in range(count):
                block = data[start : start + length]
                start += length
                parts.append(block)
                corrections.append(_remainder(block, multiples, self.correction))
        whole = bytes(
            chain(
                (word for words in zip_longest(*parts) for word in words if word is not None),
                chain.from_iterable(zip(*corrections, strict=True)),
            )
        )
        return int.from_bytes(whole) << (self.bits - 8 * len(whole))

    def _data(self, content: bytes) -> bytes:
        """One segment of bytes: mode, length, content, terminator, padding (7.4)."""
        count = 8 if self.version < 10 else 16
        number = (0b0100 << count | len(content)) << 8 * len(content) | int.from_bytes(content)
        # The mode has four bits and the terminator as many: together a byte.
        data = (number << 4).to_bytes(len(content) + 1 + count // 8)
        padding = self.capacity - len(data)
        return data + (b"\xec\x11" * (padding // 2 + 1))[:padding]


def _symbol_for(length: int) -> _Symbol:
    for level, largest in (("M", _LARGEST_AT_M), ("L", _LARGEST)):
        for version in range(1, largest + 1):
            if 8 * length + (12 if version < 10 else 20) <= consts.SYMBOL_CAPACITY[version][_LEVELS[level]]:
                return _symbol(version, level)
    raise ValueError(f"No QR code holds {length} characters")


@lru_cache
def _symbol(version: int, level: str) -> _Symbol:
    frame = segno.make_qr("0", version=version, error=level, mask=MASK, boost_error=False)
    size = len(frame.matrix)
    region = encoder.make_matrix(size, size)
    encoder.add_finder_patterns(region, size, size)
    encoder.add_alignment_patterns(region, size, size)
    region[-8][8] = _FUNCTION  # the dark module
    places = [(row, column) for row, column in _zigzag(size) if region[row][column] > _FUNCTION]
    bits = len(places)
    position = {place: index for index, place in enumerate(places)}
    order = [
        position.get((row, column), bits + (frame.matrix[row][column] & 1))
        for row in range(size)
        for column in range(size)
    ]
    blocks = consts.ECC[version][_LEVELS[level]]
    return _Symbol(
        version=version,
        size=size,
        bits=bits,
        mask=int("".join(str(int((row // 2 + column // 3) % 2 == 0)) for row, column in places), 2),
        pick=itemgetter(*order),
        blocks=tuple((block.num_blocks, block.num_data) for block in blocks),
        correction=blocks[0].num_total - blocks[0].num_data,
        capacity=sum(block.num_blocks * block.num_data for block in blocks),
    )


def _zigzag(size: int):
    """7.7.3: columns in pairs from the right, alternately upwards and downwards, around the vertical timing pattern."""
    for turn, right in enumerate([*range(size - 1, 6, -2), 5, 3, 1]):
        for row in range(size) if turn % 2 else range(size - 1, -1, -1):
            yield row, right
            yield row, right - 1


@lru_cache
def _multiples(correction: int) -> list[int]:
    """The generator of `correction` codewords times each element of the field, as numbers; without its leading one."""
    exp, log = consts.GALIOS_EXP, consts.GALIOS_LOG
    generator = consts.GEN_POLY[correction]
    return [0] + [
        int.from_bytes(bytes(exp[(log[element] + coefficient) % 255] for coefficient in generator))
        for element in range(1, 256)
    ]


def _remainder(block: bytes, multiples: list[int], correction: int) -> bytes:
    """The correction of a block: what is left of it after division by the generator (7.5.2)."""
    top, low = 8 * (correction - 1), (1 << 8 * (correction - 1)) - 1
    rest = 0
    for word in block:
        rest = (rest & low) << 8 ^ multiples[word ^ rest >> top]
    return rest.to_bytes(correction)
