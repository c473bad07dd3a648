from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from elearn.service.backup.actions import restore
from elearn.service.backup.manifest import Unsound


class Command(BaseCommand):
    help = "Brings back what a backup holds. Stop the web processes and workers first."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Also where the database has tables already."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = restore(options["folder"], replace=options["replace"])
        except Unsound as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(
            f"Restored the backup of {kept.made_at}: {len(kept.tables)} tables and "
            f"{len(kept.files)} files, all as they were kept. Run migrate if the code is newer."
        )
