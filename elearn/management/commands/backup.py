from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from elearn.service.backup.actions import back_up
from elearn.service.backup.manifest import Unsound
from elearn.service.schedule import noted


class Command(BaseCommand):
    help = "Copies database, media and records into an empty folder, while the service runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with noted("backup") as note:
                made = back_up(options["folder"])
                rows = sum(table.rows for table in made.tables.values())
                note(f"{len(made.tables)} tables, {rows} rows, {len(made.files)} files.")
        except Unsound as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(note.text)
