"""Archives that somebody gives, opened without trust: their names, sizes and ratios are looked at before any content."""

import hashlib
import zipfile
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath

from .source import BankError

MAX_FILE = 2 * 1024**3
MAX_ENTRIES = 20_000
MAX_UNZIPPED = 4 * 1024**3
MAX_RATIO = 200
"""A text may be this many times larger than what holds it; films hardly shrink."""

_CHUNK = 1024 * 1024
_SMALL = 1024 * 1024  # below that, a ratio says nothing
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bank gives the same bytes
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class Package:
    """A zip opened for reading. Raises BankError, in French, for whatever is wrong with it."""

    def __init__(self, file: Path):
        with file.open("rb") as stream:
            start = stream.read(4)
        if not start.startswith(b"PK"):
            raise BankError(["Ce fichier n’est pas une archive zip : donnez celle que l’export a produite."])
        if file.stat().st_size > MAX_FILE:
            raise BankError([f"Cette archive dépasse {MAX_FILE // 1024**3} Go : importez la banque en plusieurs fois."])
        try:
            self._zip = zipfile.ZipFile(file)
        except _DAMAGED as error:
            raise BankError(["Cette archive est abîmée ou incomplète : refaites-la."]) from error
        try:
            self._entries = {entry.filename: entry for entry in self._looked_at()}
        except BankError:
            self._zip.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *error) -> None:
        self._zip.close()

    def _looked_at(self) -> list[zipfile.ZipInfo]:
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
            raise BankError(["Cette archive contient beaucoup trop de fichiers ou de données pour une banque."])
        wrong, kept = [], []
        for entry in entries:
            # zipfile cuts a name at a NUL and turns backslashes on Windows only: what the archive says is looked at.
            name, shown = entry.orig_filename, entry.orig_filename[:100].replace("\0", "?")
            parts = name.replace("\\", "/").split("/")
            if ".." in parts or not parts[0] or ":" in name or "\0" in name or "\\" in name:
                wrong.append(f"{shown} : ce chemin est interdit")
            elif entry.flag_bits & 1:
                wrong.append(f"{shown} : ce fichier est protégé par un mot de passe ; retirez-le")
            elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                wrong.append(f"{shown} : cette compression n’est pas prise ; refaites l’archive en zip ordinaire")
            elif entry.external_attr >> 28 == 0xA:
                wrong.append(f"{shown} : c’est un lien ; mettez le fichier lui-même")
            elif not (entry.is_dir() or "__MACOSX" in parts or any(part.startswith(".") for part in parts)):
                kept.append(entry)
        names = Counter(entry.filename for entry in kept)
        wrong += (f"{name} : l’archive contient deux fois ce fichier" for name, count in names.items() if count > 1)
        if wrong:
            raise BankError(wrong)
        return kept

    @property
    def names(self) -> list[str]:
        """Of the files, in order; leftovers of systems and hidden files are passed over."""
        return sorted(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def beside(self, name: str, other: str) -> str:
        """The name of the file that `name` calls `other`, "" when it leads out of the archive or to nothing."""
        parts: list[str] = []
        for part in (*PurePosixPath(name).parent.parts, *PurePosixPath(other).parts):
            if part == "..":
                if not parts:
                    return ""
                parts.pop()
            else:
                parts.append(part)
        found = "/".join(parts)
        return found if found in self else ""

    def _chunks(self, name: str, most: int):
        entry, read = self._entries[name], 0
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    read += len(chunk)
                    if read > most:
                        raise BankError([f"ce fichier est trop gros (au plus {most // 1024} Ko)"])
                    if read > max(_SMALL, MAX_RATIO * entry.compress_size):
                        raise BankError(["ce fichier se décompresse bien trop ; refaites l’archive"])
                    yield chunk
        except BankError:
            raise
        except _DAMAGED as error:
            raise BankError(["ce fichier est abîmé ; refaites l’archive"]) from error

    def read(self, name: str, most: int) -> bytes:
        """The whole content of a file of at most `most` bytes. Raises BankError, which does not name the file."""
        return b"".join(self._chunks(name, most))

    def extract(self, name: str, target: Path, most: int) -> str:
        """Write a file of at most `most` bytes to `target`, and give the SHA-256 of its content. Raises BankError."""
        digest = hashlib.sha256()
        with target.open("wb") as out:
            for chunk in self._chunks(name, most):
                digest.update(chunk)
                out.write(chunk)
        return digest.hexdigest()


class Writer:
    """A zip being written: the same content in the same order gives the same bytes."""

    def __init__(self, file: Path):
        self._zip = zipfile.ZipFile(file, "w")

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *error) -> None:
        self._zip.close()

    def text(self, name: str, content: str | bytes) -> None:
        entry = zipfile.ZipInfo(name, _DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, content)

    def file(self, name: str, source: Path) -> None:
        """A medium, which is compressed already."""
        entry = zipfile.ZipInfo(name, _DATE)
        entry.external_attr = 0o644 << 16
        entry.file_size = source.stat().st_size
        with source.open("rb") as stream, self._zip.open(entry, "w") as out:
            while chunk := stream.read(_CHUNK):
                out.write(chunk)
