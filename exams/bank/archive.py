"""A whole bank as one zip (docs/bank.md): a manifest, one TOML per version, the films of filmed scenes."""

import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from . import probe, qti, source
from .package import Package, Writer
from .source import BankError, Entry

FORMAT, FORMAT_VERSION = "banque-securite-routiere", 1
MANIFEST = "banque.toml"
_MAX_MANIFEST = 64 * 1024
_MAX_QUESTION = 64 * 1024
_SUFFIXES = {"mov": ".mp4", "matroska": ".webm"}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Bank:
    """What an archive holds. ``footage`` maps the name of a film (the digest of its content, as the scenes have it) to
    its name in the archive."""

    entries: list[Entry]
    footage: dict[str, str]


# --- Reading --------------------------------------------------------------------------------------------------------


def read(file: Path, progress: Progress | None = None) -> Bank:
    """Read an archive, ours or QTI 2.1. Films are looked at and decoded. Raises BankError with all the faults."""
    with Package(file) as package:
        if MANIFEST in package:
            found, errors = _ours(package)
        elif qti.MANIFEST in package:
            found, errors = qti.read(package)
        else:
            raise BankError(
                [f"Cette archive n’a ni {MANIFEST} ni {qti.MANIFEST} à sa racine : ce n’est pas l’export d’une banque."]
            )
        errors += _together([entry for _, entry in found])
        entries, footage, wrong = _films(package, found, progress)
    if errors + wrong:
        raise BankError(errors + wrong)
    if not entries:
        raise BankError(["Cette archive ne contient aucune question."])
    return Bank(sorted(entries, key=lambda entry: (entry.question.code, entry.version)), footage)


def _ours(package: Package) -> tuple[list[tuple[str, Entry]], list[str]]:
    _check_manifest(package)
    found, errors = [], []
    for name in package.names:
        if name == MANIFEST or name.startswith("films/"):
            continue
        if not (name.startswith("questions/") and name.endswith(".toml")):
            errors.append(f"{name} : ce fichier n’est pas attendu ici ; retirez-le")
            continue
        try:
            entry = source.parse(package.read(name, _MAX_QUESTION))
        except BankError as error:
            errors += (f"{name} : {fault}" for fault in error.errors)
            continue
        if entry.question.scene.footage:
            entry = _with_footage(entry, "films/" + entry.question.scene.footage)
        found.append((name, entry))
    return found, errors


def _check_manifest(package: Package) -> None:
    try:
        manifest = tomllib.loads(package.read(MANIFEST, _MAX_MANIFEST).decode("utf-8-sig"))
    except BankError as error:
        raise BankError([f"{MANIFEST} : {fault}" for fault in error.errors]) from error
    except (ValueError, RecursionError) as error:
        raise BankError([f"{MANIFEST} : ce n’est pas du TOML en UTF-8 ({error})"]) from error
    if manifest.get("format") != FORMAT:
        raise BankError([f"{MANIFEST} : format : il faut « {FORMAT} »"])
    if manifest.get("version") != FORMAT_VERSION:
        raise BankError(
            [
                f"{MANIFEST} : version : cette plateforme lit la version {FORMAT_VERSION} du format ; mettez l’autre à jour"
            ]
        )


def _with_footage(entry: Entry, name: str) -> Entry:
    return replace(entry, question=replace(entry.question, scene=replace(entry.question.scene, footage=name)))


def _together(entries: list[Entry]) -> list[str]:
    """What is wrong with entries that are each right."""
    twice = [name for name, count in Counter(entry.name for entry in entries).items() if count > 1]
    errors = [f"{name} : cette version est là plusieurs fois ; gardez-en une" for name in twice]
    for state, words in (("published", "publiée"), ("draft", "en brouillon")):
        codes = Counter(entry.question.code for entry in entries if entry.state == state)
        errors += (
            f"{code} : plusieurs versions sont à l’état « {state} » ; une seule peut être {words}"
            for code, count in codes.items()
            if count > 1
        )
    return errors


def _films(package: Package, found: list[tuple[str, Entry]], progress: Progress | None):
    """The entries with the digest of their film as its name; the films; what is wrong with them."""
    users = defaultdict(list)
    for name, entry in found:
        if entry.question.scene.footage:
            users[entry.question.scene.footage].append((name, entry))
    entries = [entry for _, entry in found if not entry.question.scene.footage]
    footage, errors = {}, []
    for done, (film, named) in enumerate(sorted(users.items())):
        if progress:
            progress(done, len(users))
        shown = film.removeprefix("films/")
        if film not in package:
            errors += (f"{name} : scene.footage : l’archive n’a pas la vidéo {shown} ; ajoutez-la" for name, _ in named)
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "film"
            try:
                digest = package.extract(film, copy, probe.FOOTAGE_MOST)
                seconds = probe.footage_seconds(copy)
            except BankError as error:
                errors += (f"{film} : {fault}" for fault in error.errors)
                continue
            except probe.Unplayable as error:
                errors.append(f"{film} : cette vidéo ne convient pas : {error}")
                continue
        footage[digest] = film
        for name, entry in named:
            if entry.question.scene.duration != seconds:
                errors.append(f"{name} : scene.duration : la vidéo {shown} dure {seconds} s ; corrigez la durée")
            entries.append(_with_footage(entry, digest))
    return entries, footage, errors


# --- Writing --------------------------------------------------------------------------------------------------------


def write(file: Path, entries: Iterable[Entry], footage: Path) -> None:
    """Write these versions, and the films that they name below ``footage``. Raises BankError for a film that is lost."""
    entries = sorted(entries, key=lambda entry: (entry.question.code, entry.version))
    films = _film_names(entries, footage)
    with Writer(file) as out:
        out.text(MANIFEST, f'format = "{FORMAT}"\nversion = {FORMAT_VERSION}\nversions = {len(entries)}\n')
        for entry in entries:
            question = entry.question
            if question.scene.footage:
                question = _with_footage(entry, films[question.scene.footage]).question
            name = f"questions/{question.theme}/{question.code}.v{entry.version}.toml"
            out.text(name, source.dump(question, version=entry.version, state=entry.state))
        for digest, name in sorted(films.items()):
            out.file(f"films/{name}", footage / digest)


def write_qti(file: Path, entries: Iterable[Entry], footage: Path, video: Callable[[Entry], Path | None]) -> None:
    """The same as a QTI 2.1 package; ``video`` gives the built video of a version, if there is one. Raises BankError."""
    entries = list(entries)
    qti.write(file, entries, video=video, films=_film_names(entries, footage), footage=footage)


def _film_names(entries: Iterable[Entry], footage: Path) -> dict[str, str]:
    """What the films of these versions are called in an archive. Raises BankError for those that are lost."""
    films, lost = {}, []
    for entry in entries:
        if digest := entry.question.scene.footage:
            if (footage / digest).is_file():
                films[digest] = digest + _SUFFIXES.get(probe.container(footage / digest), "")
            else:
                lost.append(f"{entry.name} : sa vidéo tournée n’est plus sur le serveur ; donnez-la de nouveau")
    if lost:
        raise BankError(lost)
    return films
