"""Folders of private servers, and the rights that these run with: what a killed run left goes when the next one starts."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import pwd
except ImportError:  # pragma: no cover  # where there are no such accounts, nobody is root
    pwd = None  # type: ignore[assignment]
