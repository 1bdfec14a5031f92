"""Writes a report, whole or not at all."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from shared_scenarios.errors import CannotRun
from shared_scenarios.report.records import Footer, Report, in_order, states

encode = msgspec.json.Encoder(order="deterministic").encode


def as_lines(report: Report) -> bytes:
    """The report as JSON Lines; the same cells give the same bytes."""
    cells = in_order(report.header, report.cells)
    body = b"".join(encode(record) + b"\n" for record in (report.header, *cells))
    footer = Footer(len(cells), states(cells), sha256(body).hexdigest())
    return body + encode(footer) + b"\n"


def must_be_writable(folder: Path) -> None:
    """Make the folder, and find out now, rather than after the run, whether files can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotRun(
            f"cannot write in {folder}: {error.strerror}", "Name another folder, in which you may write."
        ) from error


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write each file beside its old version and then put it in its place, so that none is ever half-written."""
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
