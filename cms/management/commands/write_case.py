from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.models import CasePage
from cms.portable.write import CannotWrite
from cms.portable.write_module import write_case


class Command(BaseCommand):
    help = "Write a case, as last saved, to a folder in the portable format."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="The last part of the case's address.")
        parser.add_argument("folder", type=Path, help="A folder; what it holds is not overwritten.")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = list(CasePage.objects.filter(slug=options["slug"]))
        if len(pages) != 1:
            raise CommandError(f"{len(pages)} cases have the slug {options['slug']}.")
        try:
            files = write_case(pages[0].get_latest_revision_as_object())
        except CannotWrite as refusal:
            raise CommandError(f"Nothing was written. {refusal}") from refusal
        folder: Path = options["folder"]
        there = [name for name in files if (folder / name).exists()]
        if there:
            raise CommandError(f"Nothing was written: {', '.join(there)} stands there already.")
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            self.stdout.write(str(path))
