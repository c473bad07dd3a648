from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.portable.load import load_programme
from cms.portable.problems import PortableError


class Command(BaseCommand):
    help = "Load a programme from a folder in the portable format. Loading twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not (folder / "programme.yaml").is_file():
            raise CommandError(f"{folder} holds no programme.yaml.")
        try:
            loaded = load_programme(folder)
        except PortableError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        for line in (str(loaded), *loaded.notes, *loaded.drafts_said):
            self.stdout.write(str(line))
