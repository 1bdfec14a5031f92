#!/usr/bin/env python
"""Django's command-line utility for this project."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run an administrative task."""
    # The project is a package, so its parent has to be found, wherever the command is called from.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
