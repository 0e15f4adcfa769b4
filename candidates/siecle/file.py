"""The export that every school can make: ExportXML_ElevesSansAdresses.zip, or the XML in it, and Nomenclature.xml.

Files come from outside: an archive is recognised by its bytes, never by its name, no path in it is ever used, and XML
is read in pieces by a parser that refuses every DTD and entity. Reading stops at caps of bytes, pupils, depth and time.
"""

import codecs
import re
import stat
import time
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from io import BytesIO
from xml.sax import ContentHandler, SAXParseException

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from candidates.siecle.gateway import MAX_PUPILS, Export, Progress, Pupil, Refused, Result, Sent

MAX_UPLOAD = 20 * 1024 * 1024  # bytes of each file as it is sent
MAX_XML = 60 * 1024 * 1024  # bytes of XML: 3,000 pupils with their addresses are about 12 MB
MAX_RATIO = 100  # real exports shrink ten to forty times
MAX_ENTRIES = 50
MAX_DEPTH = 20
MAX_SECONDS = 20.0
MAX_TEXT = 500  # characters of one value; the longest column is 100
_SMALL = 1024 * 1024  # an archive of so little may shrink as it likes
_CHUNK = 64 * 1024

PUPILS_ROOT = "BEE_ELEVES"
NOMENCLATURE_ROOT = "BEE_NOMENCLATURES"
_OTHER_ROOTS = {
    PUPILS_ROOT: "l’export des élèves",
    NOMENCLATURE_ROOT: "la nomenclature (Nomenclature.xml)",
    "BEE_RESPONSABLES": "l’export des responsables légaux",
    "BEE_COMMUN": "l’export des données communes",
    "BEE_STRUCTURES": "l’export des structures",
}
_WANTED = {
    PUPILS_ROOT: "l’export des élèves : ExportXML_ElevesSansAdresses.zip",
    NOMENCLATURE_ROOT: "la nomenclature : Nomenclature.xml",
}
_AGAIN = "Refaites l’export depuis SIECLE BEE et chargez-le tel quel, sans l’ouvrir ni l’enregistrer avant."


class FileGateway:
    """The school brings the export; what goes back is a file too, that it downloads."""

    from_files = True
    is_remote = False

    def read(self, uai: str, files: Sequence[bytes], progress: Progress) -> Export:
        """`files`: the pupils, then the nomenclature when there is one. Raises Refused."""
        pupils, *nomenclature = files
        try:
            national = read_nomenclature(nomenclature[0]) if nomenclature else {}
        except Refused as refused:
            raise Refused(*(f"Nomenclature : {message}" for message in refused.messages)) from refused
        return read_pupils(pupils, national)

    def send(self, uai: str, year: int, results: Sequence[Result]) -> Sent:
        return Sent()


# --- From bytes to the bytes of one XML document ------------------------------------------------------------------


def _megabytes(size: int) -> str:
    return f"{size // 1024 // 1024} Mo"


_SIGNATURES = (
    (b"\x1f\x8b", "une archive gzip"),
    (b"7z\xbc\xaf", "une archive 7-Zip"),
    (b"Rar!", "une archive RAR"),
    (b"%PDF", "un document PDF"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel"),
)


def _chunks_of(content: bytes) -> Iterator[bytes]:
    """The XML's bytes in pieces, out of the archive when there is one. Raises Refused."""
    if len(content) > MAX_UPLOAD:
        raise Refused(f"Ce fichier dépasse {_megabytes(MAX_UPLOAD)} : ce n’est pas l’export attendu. {_AGAIN}")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise Refused(f"Ce fichier est {kind}, pas un export zip ou XML. {_AGAIN}")
    if content.startswith(b"PK"):
        yield from _unzipped(content)
    else:
        for start in range(0, len(content), _CHUNK):
            yield content[start : start + _CHUNK]


def _unzipped(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entry = _only_xml(archive)
            read = 0
            with archive.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    read += len(chunk)
                    if read > MAX_XML or read > max(_SMALL, MAX_RATIO * len(content)):
                        raise Refused(f"Cette archive contient bien plus qu’un export d’élèves. {_AGAIN}")
                    yield chunk
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Refused(f"Cette archive est abîmée ou incomplète. {_AGAIN}") from error


def _only_xml(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one XML document of the archive; leftovers of macOS and hidden files are passed over."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Refused(f"Cette archive contient {len(entries)} fichiers : un export n’en contient qu’un. {_AGAIN}")
    documents = []
    for entry in entries:
        # zipfile cuts a name at a NUL and turns backslashes on Windows only: what the archive says is looked at.
        parts = entry.orig_filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in entry.orig_filename or "\0" in entry.orig_filename:
            raise Refused(f"Cette archive contient un chemin interdit : elle n’a pas été produite par SIECLE. {_AGAIN}")
        if entry.is_dir() or "__MACOSX" in parts or any(part.startswith(".") for part in parts):
            continue
        if parts[-1].lower().endswith(".xml"):
            documents.append(entry)
    if not documents:
        raise Refused(f"Cette archive ne contient aucun fichier XML. {_AGAIN}")
    if len(documents) > 1:
        raise Refused(
            f"Cette archive contient {len(documents)} fichiers XML, et il en faut un seul. Chargez l’export des élèves "
            "d’un côté, et la nomenclature, si vous l’avez, dans son propre champ."
        )
    entry = documents[0]
    if entry.flag_bits & 1:
        raise Refused(f"Cette archive est protégée par un mot de passe. {_AGAIN}")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"Cette archive est compressée d’une façon inconnue de SIECLE. {_AGAIN}")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(f"Cette archive contient un lien au lieu d’un fichier. {_AGAIN}")
    return entry


# --- From bytes to text ---------------------------------------------------------------------------------------------

_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._\-]{1,40})[\"']")
# What SIECLE writes, and what schools' software makes of it.
_ENCODINGS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
_SINGLE_BYTE = _ENCODINGS - {"utf-8"}


def _texts(chunks: Iterator[bytes]) -> Iterator[str]:
    """Decode in pieces, by the encoding that the document declares. Raises Refused.

    Bytes of UTF-8 under another name would become plausible garbage, so they are recognised and refused: text of one
    byte a letter with accents in it is never valid UTF-8 from end to end.
    """
    first = next(chunks, b"")
    encoding = _encoding_of(first)
    decode = codecs.getincrementaldecoder(encoding)().decode
    accents, as_utf8 = False, codecs.getincrementaldecoder("utf-8")()
    for chunk in _with_end(first, chunks):
        if as_utf8 and encoding in _SINGLE_BYTE:
            accents = accents or not chunk.isascii()
            try:
                as_utf8.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                as_utf8 = None
        try:
            yield decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            name = encoding.removesuffix("-sig").upper()
            raise Refused(
                f"Ce fichier se dit encodé en {name} et ne l’est pas : il a été enregistré par un autre logiciel. "
                f"{_AGAIN}"
            ) from None
    if accents and as_utf8:
        raise _resaved(encoding)


def _with_end(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Every chunk, and an empty one that says it was the last."""
    yield first
    yield from chunks
    yield b""


def _resaved(encoding: str) -> Refused:
    return Refused(
        f"Ce fichier a été ouvert puis enregistré par un autre logiciel : il se dit encodé en {encoding.upper()} et il "
        f"est en UTF-8, et les accents seraient abîmés. {_AGAIN}"
    )


def _encoding_of(start: bytes) -> str:
    if not start.strip():
        raise Refused(f"Ce fichier est vide. {_AGAIN}")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    has_mark = start.startswith(codecs.BOM_UTF8)
    if not start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        raise Refused(f"Ce fichier n’est pas un XML complet (ligne 1). {_AGAIN}")
    declared = _DECLARATION.search(start[:400])
    if declared is None:
        return "utf-8-sig"
    said = declared[1].decode("ascii")
    try:
        encoding = codecs.lookup(said).name
    except LookupError:
        encoding = ""
    if encoding not in _ENCODINGS:
        raise Refused(f"Ce fichier se dit encodé en « {said} », que SIECLE n’emploie pas. {_AGAIN}")
    if has_mark and encoding != "utf-8":
        raise _resaved(encoding)
    return "utf-8-sig" if has_mark else encoding


# --- From text to records -------------------------------------------------------------------------------------------


class _Collector(ContentHandler):
    """Keeps the texts of the wanted elements, and nothing else.

    `records` maps the path of a repeated element to the children wanted of it and to what is called at its end, with
    its own attributes, its parent's, and the texts; `values` are the single ones.
    """

    def __init__(self, root: str, values: Collection[str], records: dict[str, tuple[Collection[str], Callable]]):
        super().__init__()
        self.root = root
        self.wanted = {f"{root}/{path}" for path in values}
        self.records = {f"{root}/{path}": record for path, record in records.items()}
        self.values: dict[str, str] = {}
        self.path: list[str] = []
        self.attributes: list[dict[str, str]] = []  # of each element of the path
        self.record, self.base, self.texts = None, "", {}
        self.text: list[str] | None = None
        self.length = 0

    def startElement(self, name, attrs):
        if not self.path and name != self.root:
            raise _wrong_root(name, self.root)
        if len(self.path) >= MAX_DEPTH:
            raise Refused(f"Ce fichier est imbriqué d’une façon que SIECLE n’emploie pas. {_AGAIN}")
        self.path.append(name)
        self.attributes.append(dict(attrs))
        path = "/".join(self.path)
        if self.record is None and path in self.records:
            self.record, self.base, self.texts = self.records[path], path, {}
        wanted = self.record is not None and path[len(self.base) + 1 :] in self.record[0]
        self.text = [] if wanted or path in self.wanted else None
        self.length = 0

    def characters(self, content):
        if self.text is not None and self.length <= MAX_TEXT:
            self.text.append(content[: MAX_TEXT + 1])
            self.length += len(content)

    def endElement(self, name):
        path = "/".join(self.path)
        if self.text is not None:
            text = "".join(self.text).strip()
            if self.record is None:
                self.values.setdefault(path[len(self.root) + 1 :], text)
            else:
                self.texts.setdefault(path[len(self.base) + 1 :], []).append(text)
            self.text = None
        if self.record is not None and path == self.base:
            self.record[1](self.attributes[-1], self.attributes[-2], self.texts)
            self.record = None
        self.path.pop()
        self.attributes.pop()


def _wrong_root(found: str, expected: str) -> Refused:
    kind = _OTHER_ROOTS.get(found, f"un document XML « {found[:40]} »")
    return Refused(f"Ce fichier est {kind}, et il faut {_WANTED[expected]}.")


def _parse(content: bytes, collector: _Collector) -> None:
    """Raises Refused."""
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(collector)
    try:
        size, deadline = 0, time.monotonic() + MAX_SECONDS
        for text in _texts(_chunks_of(content)):
            size += len(text)
            if size > MAX_XML:
                raise Refused(f"Ce fichier dépasse {_megabytes(MAX_XML)} : ce n’est pas l’export attendu. {_AGAIN}")
            if time.monotonic() > deadline:
                raise Refused(f"Ce fichier est trop long à lire : ce n’est pas l’export attendu. {_AGAIN}")
            # A str: the declaration inside no longer matters.
            parser.feed(text)
        parser.close()
    except DefusedXmlException:
        raise Refused(f"Ce fichier contient une DTD ou des entités, que SIECLE n’écrit jamais. {_AGAIN}") from None
    except SAXParseException as error:
        raise Refused(f"Ce fichier n’est pas un XML complet (ligne {error.getLineNumber()}). {_AGAIN}") from None


_PUPIL_TEXTS = (
    "ID_NATIONAL",
    "INE_RNIE",
    "NOM_DE_FAMILLE",
    "NOM",
    "NOM_USAGE",
    "PRENOM",
    "DATE_NAISS",
    "CODE_SEXE",
    "DATE_SORTIE",
    "CODE_MEF",  # the direct child: SCOLARITE_AN_DERNIER has last year's
    "CODE_STATUT",
)


def read_pupils(content: bytes, national: dict[str, tuple[str, str]]) -> Export:
    """ElevesSansAdresses.xml or ElevesAvecAdresses.xml; `national` as `read_nomenclature` gives it. Raises Refused."""
    found: list[tuple[str, dict[str, list[str]]]] = []
    divisions: dict[str, list[str]] = {}

    def pupil(attributes, parent, texts):
        if len(found) >= MAX_PUPILS:
            raise Refused(f"Cet export contient plus de {MAX_PUPILS} élèves : ce n’est pas le vôtre. {_AGAIN}")
        found.append((attributes.get("ELEVE_ID", "")[:MAX_TEXT], texts))

    def structure(attributes, parent, texts):
        if len(divisions) > MAX_PUPILS:
            raise Refused(f"Les divisions de ce fichier ne sont pas écrites comme SIECLE les écrit. {_AGAIN}")
        if texts.get("TYPE_STRUCTURE") == ["D"] and texts.get("CODE_STRUCTURE", [""]) != [""]:
            divisions.setdefault(parent.get("ELEVE_ID", "")[:MAX_TEXT], []).append(texts["CODE_STRUCTURE"][0])

    collector = _Collector(
        PUPILS_ROOT,
        ("PARAMETRES/UAJ", "PARAMETRES/ANNEE_SCOLAIRE"),
        {
            "DONNEES/ELEVES/ELEVE": (frozenset(_PUPIL_TEXTS), pupil),
            "DONNEES/STRUCTURES/STRUCTURES_ELEVE/STRUCTURE": (
                frozenset(("CODE_STRUCTURE", "TYPE_STRUCTURE")),
                structure,
            ),
        },
    )
    _parse(content, collector)
    return Export(
        uai=collector.values.get("PARAMETRES/UAJ", ""),
        school_year=collector.values.get("PARAMETRES/ANNEE_SCOLAIRE", ""),
        pupils=[_pupil(number, texts, divisions.get(number, []), national) for number, texts in found],
    )


def _pupil(
    number: str, texts: dict[str, list[str]], divisions: Sequence[str], national: dict[str, tuple[str, str]]
) -> Pupil:
    def first(*names: str) -> str:
        return next((text for name in names for text in texts.get(name, ()) if text), "")

    mef = first("CODE_MEF")
    attached, mefstat = national.get(mef, ("", ""))
    return Pupil(
        siecle_id=number,
        ine=first("ID_NATIONAL", "INE_RNIE"),
        last_name=first("NOM_DE_FAMILLE", "NOM"),
        usage_name=first("NOM_USAGE"),
        first_name=first("PRENOM"),
        birth_date=first("DATE_NAISS"),
        sex=first("CODE_SEXE"),
        mef=mef,
        national_mef=attached,
        mefstat4=mefstat[:4],
        status=first("CODE_STATUT"),
        divisions=divisions if number else (),
        left_on=first("DATE_SORTIE"),
    )


def read_nomenclature(content: bytes) -> dict[str, tuple[str, str]]:
    """Nomenclature.xml: MEF → (national MEF that it is attached to, its statistical code). Raises Refused."""
    national: dict[str, tuple[str, str]] = {}

    def course(attributes, parent, texts):
        if len(national) >= MAX_PUPILS:
            raise Refused(f"Cette nomenclature est bien trop longue. {_AGAIN}")
        attached, mefstat = (next(iter(texts.get(name, ())), "") for name in ("MEF_RATTACHEMENT", "CODE_MEFSTAT"))
        national[attributes.get("CODE_MEF", "")] = attached, mefstat

    wanted = frozenset(("MEF_RATTACHEMENT", "CODE_MEFSTAT"))
    _parse(content, _Collector(NOMENCLATURE_ROOT, (), {"DONNEES/MEFS/MEF": (wanted, course)}))
    return national
