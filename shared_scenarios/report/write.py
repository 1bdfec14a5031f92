"""Writes a report, whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from shared_scenarios.errors import CannotRun
from shared_scenarios.report.records import Footer, Report, in_order, states
from shared_scenarios.runner.whole import whole

encode = msgspec.json.Encoder(order="deterministic").encode


def as_lines(report: Report) -> bytes:
    """The report as JSON Lines; the same cells give the same bytes."""
    cells = in_order(report.header, report.cells)
    # The order of a header's databases is the order of the columns, also for who reads the file.
    body = b"".join(line + b"\n" for line in (msgspec.json.encode(report.header), *map(encode, cells)))
    footer = Footer(len(cells), states(cells), sha256(body).hexdigest())
    return body + encode(footer) + b"\n"


def must_be_writable(folder: Path, *names: str) -> None:
    """Make the folder, and find out now, rather than after the run, whether these files can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotRun(
            f"cannot write in {folder}: {error.strerror}", "Name another folder, in which you may write."
        ) from error
    for name in names:
        _must_be_no_folder(folder / name)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write each file beside its old version, and then put all in their places: none is ever half-written, and none
    is newer than those that belong to it. CannotRun, and everything as it was, if one of them cannot be written.
    """
    with ExitStack() as undo:
        written = [(_write_beside(folder / name, content, undo), folder / name) for name, content in files]
        for _, path in written:
            _must_be_no_folder(path)
        with whole():
            for temporary, path in written:
                with _said(path):
                    temporary.replace(path)


def _write_beside(path: Path, content: bytes, undo: ExitStack) -> Path:
    """The name of a file with this content in the folder of another, which goes again if it is still there."""
    with _said(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        temporary = Path(name)
        undo.callback(temporary.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)
        return temporary


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRun(
            f"cannot write {path}: {error.strerror}", "What was there before is as it was. Make room, or name another."
        ) from error


def _must_be_no_folder(path: Path) -> None:
    if path.is_dir():
        raise CannotRun(f"cannot write {path}: it is a folder", "Move that away, or name another.")
