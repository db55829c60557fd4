"""A backup as one file: a ZIP with a manifest that has the hash of every other member."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field

from config.errors import StorageError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "wgwatch.db"
WATCH = "watch/"
"""Before the names of files that stand in the watchlist's folder."""
LONGEST_MANIFEST = 16 << 20
BLOCK = 1 << 20
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, ValueError, RuntimeError)
"""What the library raises for bytes that are no ZIP, or one that it does not know."""


class File(BaseModel):
    """A member: its bytes, and their SHA-256."""

    model_config = ConfigDict(frozen=True)

    size: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """What is in the archive. `rows` are those of each table, `chains` the pages that have a chain of looks.

    `watchlist` names the member that is the watchlist; `remarks` say what was left out.
    """

    model_config = ConfigDict(frozen=True)

    format: int
    wgwatch: str
    schema_: str = Field(alias="schema")
    made_at: datetime
    database: str
    rows: dict[str, int]
    chains: int
    watchlist: str | None
    remarks: tuple[str, ...]
    files: dict[str, File]

    @property
    def name(self) -> str:
        """The backup as people know it, and no other: by its time and bytes."""
        return f"the backup of {self.made_at:%Y-%m-%d %H:%M:%S} UTC ({self.files[DATABASE].sha256[:12]})"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open, and as its manifest says."""

    path: Path
    manifest: Manifest
    packed: zipfile.ZipFile

    def extract(self, name: str, target: IO[bytes] | None = None) -> None:
        """A member's bytes, into a file or nowhere. Raises StorageError where they are not what was packed."""
        expected, found, size = self.manifest.files[name], hashlib.sha256(), 0
        try:
            with self.packed.open(name) as member:
                while size <= expected.size and (block := member.read(BLOCK)):
                    size += len(block)
                    found.update(block)
                    if target is not None:
                        target.write(block)
        except UNREADABLE as error:
            raise StorageError(f"{self.path}: the backup is damaged: {name} cannot be unpacked") from error
        if (size, found.hexdigest()) != (expected.size, expected.sha256):
            raise StorageError(f"{self.path}: the backup is damaged: {name} is not what was packed")

    def check(self) -> None:
        """Unpack everything to nowhere. Raises StorageError."""
        for name in self.manifest.files:
            self.extract(name)


def pack(path: Path, about: Mapping[str, Any], members: Mapping[str, Path | bytes]) -> Manifest:
    """Write an archive for its owner alone, flushed to the disk; it is not yet checked."""
    files: dict[str, Any] = {}
    with _private(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, content in members.items():
            if isinstance(content, Path):
                packed.write(content, name)
                files[name] = {"size": content.stat().st_size, "sha256": _hash(content)}
            else:
                packed.writestr(name, content)
                files[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        manifest = Manifest.model_validate({**about, "format": FORMAT, "files": files})
        packed.writestr(MANIFEST, manifest.model_dump_json(by_alias=True, indent=1))
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive to read. Raises StorageError where it is none, cut off, or newer than we know."""
    try:
        packed = zipfile.ZipFile(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}") from error
    except UNREADABLE as error:
        raise StorageError(f"{path} is no backup of wgwatch, or it is cut off") from error
    with packed:
        yield Archive(path, _manifest(path, packed), packed)


def is_backup(path: Path) -> bool:
    """Whether the file is an archive of ours."""
    try:
        with opened(path):
            return True
    except StorageError:
        return False


def _manifest(path: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        if packed.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise StorageError(f"{path}: the backup is damaged: its manifest is too long")
        said = json.loads(packed.read(MANIFEST))
        if said.get("format") != FORMAT:
            raise StorageError(f"{path}: a newer wgwatch made this backup: update wgwatch")
        manifest = Manifest.model_validate(said)
    except (*UNREADABLE, AttributeError, OSError) as error:  # of places before the file's beginning, too
        raise StorageError(f"{path} is no backup of wgwatch, or its manifest is damaged") from error
    if DATABASE not in manifest.files or not all(map(_is_safe, manifest.files)):
        raise StorageError(f"{path}: the backup is damaged: its manifest names what it cannot hold")
    return manifest


def _is_safe(name: str) -> bool:
    """No member may lead out of the folder that it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and str(path) == name


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
