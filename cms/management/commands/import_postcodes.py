from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.directory.postcodes import load_postcodes
from curriculum.imports.errors import NotReadable


class Command(BaseCommand):
    help = "Take over a table of postcodes (pcds, oslaua, osward) for the directory's councils."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                loaded = load_postcodes(lines)
        except (NotReadable, OSError, UnicodeDecodeError) as problem:
            raise CommandError(str(problem)) from problem
        for row, message in loaded.problems:
            self.stderr.write(f"Row {row}: {message}")
        if loaded.problems:
            raise CommandError("Nothing was taken over.")
        self.stdout.write(str(loaded))
