"""Files that every machine must find: in a folder of this one, or in object storage when there are several.

What makes and reads files (ffmpeg, zip, PDF) works in a folder. With object storage that folder is only this machine's
bench: `put` sends there what is finished, `bring` and `open` get what another machine has made. Without it, the folder
is all there is and `put` does nothing.

Two storages, because one of them is open to everybody: `media` holds the bank's media, which are public files with
opaque names; `private` holds what only the platform itself may read, and hands out after it has looked at rights.
"""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

# What the machine's own list of types may not know, or not name as browsers want it.
_TYPES = {".m4a": "audio/mp4", ".vtt": "text/vtt", ".webm": "video/webm"}
_COMING = ".coming-"


@dataclass(frozen=True)
class Store:
    """One kind of files. `root` is the setting that names its folder, `prefix` goes before its names in the storage
    `alias` of STORAGES. `stays`: whether the folder keeps a copy of what was sent; never of what is about people,
    for the purge reaches no other machine's disk."""

    root: str
    alias: str
    prefix: str
    stays: bool

    @property
    def folder(self) -> Path:
        return Path(getattr(settings, self.root))

    @property
    def _remote(self) -> Storage | None:
        return storages[self.alias] if self.alias in settings.STORAGES else None

    def path(self, name: str) -> Path:
        """Where this machine has the file, or would have it."""
        return self.folder / name

    def put(self, name: str) -> None:
        """The file stands whole in the folder: let the others have it."""
        if remote := self._remote:
            with self.path(name).open("rb") as content:
                file = File(content)
                file.content_type = _TYPES.get(self.path(name).suffix)
                remote.save(self.prefix + name, file)
            if not self.stays:
                self.path(name).unlink(missing_ok=True)

    def put_folder(self, name: str) -> None:
        for file in sorted(self.path(name).iterdir()):
            self.put(f"{name}/{file.name}")

    def open(self, name: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        if (remote := self._remote) and not self.path(name).is_file():
            return remote.open(self.prefix + name, "rb")
        return self.path(name).open("rb")

    def has(self, name: str) -> bool:
        remote = self._remote
        return self.path(name).is_file() or bool(remote and remote.exists(self.prefix + name))

    def bring(self, name: str) -> Path:
        """The file in the folder, fetched first if it is elsewhere. Raises FileNotFoundError."""
        path = self.path(name)
        if (remote := self._remote) and not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            coming = path.with_name(_COMING + secrets.token_hex(8))
            try:
                with remote.open(self.prefix + name, "rb") as content, coming.open("wb") as out:
                    shutil.copyfileobj(content, out)
                coming.rename(path)
            finally:
                coming.unlink(missing_ok=True)
        return path

    def tidy(self, name: str) -> None:
        """Clear the bench of a file that was brought, and that the storage still has."""
        if self._remote:
            self.path(name).unlink(missing_ok=True)

    def bring_folder(self, name: str) -> Path:
        """The folder with all its files, which are fetched unless it is there; it may be nowhere."""
        folder, remote = self.path(name), self._remote
        if remote is None or folder.is_dir():
            return folder
        _, files = remote.listdir(self.prefix + name)
        if files:
            coming = folder.with_name(_COMING + secrets.token_hex(8))
            coming.mkdir(parents=True)
            try:
                for file in files:
                    with remote.open(f"{self.prefix}{name}/{file}", "rb") as content, (coming / file).open("wb") as out:
                        shutil.copyfileobj(content, out)
                if not folder.is_dir():  # another process may have been faster
                    coming.rename(folder)
            finally:
                shutil.rmtree(coming, ignore_errors=True)
        return folder

    def drop(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)
        if remote := self._remote:
            remote.delete(self.prefix + name)

    def drop_folder(self, name: str) -> None:
        shutil.rmtree(self.path(name), ignore_errors=True)
        if remote := self._remote:
            for file in remote.listdir(self.prefix + name)[1]:
                remote.delete(f"{self.prefix}{name}/{file}")

    def folders(self, name: str) -> set[str]:
        """The names of the folders below one, elsewhere than on this machine."""
        remote = self._remote
        return set(remote.listdir(self.prefix + name)[0]) if remote else set()

    def listing(self) -> Iterator[tuple[str, float]]:
        """Each file of the folder itself, here or elsewhere, and when it was written (seconds since 1970)."""
        for file in self.folder.glob("*"):
            if file.is_file():
                yield file.name, file.stat().st_mtime
        if remote := self._remote:
            for name in remote.listdir(self.prefix)[1]:
                yield name, remote.get_modified_time(self.prefix + name).timestamp()


JOBS = Store("JOB_FILES_ROOT", "private", "jobs/", stays=False)
BANK_IMPORTS = Store("BANK_IMPORTS_ROOT", "private", "bank-imports/", stays=False)
FOOTAGE = Store("FOOTAGE_ROOT", "private", "footage/", stays=True)
MEDIA = Store("MEDIA_ROOT", "media", "", stays=True)
