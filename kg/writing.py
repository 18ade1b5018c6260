"""Files that are always whole: written beside their place, flushed to the disk, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.errors import OutputError

_NEW, _COMPLETE = ".new", ".complete"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of `path` when the block ends well and vanishes when it does not.

    Raises OutputError where the folder is read-only or the disk is full; the old file is then untouched.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield scratch
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        scratch.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise OutputError(f"{path}: cannot be written ({why}); the old file is kept") from error
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def text_file(path: Path) -> Iterator[IO[str]]:
    """`replacing`, opened for text in UTF-8 with ``\\n`` line ends."""
    with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="\n") as file:
        yield file
        file.flush()


@contextmanager
def together(folder: Path) -> Iterator[Path]:
    """A folder to write into; its files take their places in `folder` when the block ends well, or else vanish.

    All files are complete on the disk before the first takes its place, and from then on there is no way back: renaming
    the scratch folder is the step that counts. If the process is killed while they move, files of two builds stand side
    by side, each of them whole, until `settle` (the next build) moves the rest. One process at a time may do this.
    """
    scratch = folder / _NEW
    try:
        shutil.rmtree(scratch, ignore_errors=True)
        make_folder(scratch)
        yield scratch
        try:
            flush_folder(scratch)
            scratch.rename(folder / _COMPLETE)
            settle(folder)
        except OSError as error:
            raise OutputError(f"{folder}: {(error.strerror or str(error)).lower()}; run the same again") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def settle(folder: Path) -> None:
    """Finish what a process that was killed had begun: move complete files to their places, drop incomplete ones."""
    complete = folder / _COMPLETE
    if complete.is_dir():
        for path in sorted(complete.iterdir()):
            place = folder / path.name
            if place.is_dir():
                shutil.rmtree(place)
            path.replace(place)
        flush_folder(folder)
        complete.rmdir()
    shutil.rmtree(folder / _NEW, ignore_errors=True)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder as lasting as the contents of its files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Create a folder and try to write into it; raises OutputError where either is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise OutputError(f"{path}: cannot write there ({why}); choose another folder with -o") from error
