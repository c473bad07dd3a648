from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.portable.content_check import CEILING, Checked, check_content
from cms.starter import HERE, PROGRAMME, WHO_IS_WHO

STARTER = [PROGRAMME, HERE / "pages", WHO_IS_WHO]
HOW = (
    f"Grade: Flesch and Kincaid's, in school years, of everything that is read on a page outside "
    f"quotations of its sources; syllables are counted with Pyphen. Ceiling: {CEILING}.\n"
    "Minutes: as told; in brackets as reckoned, at 200 words a minute for readings."
)


class Command(BaseCommand):
    help = "Check the content of a folder in the portable format. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folders", nargs="*", type=Path, default=STARTER, help="Left out: the starter."
        )
        parser.add_argument("--quiet", action="store_true", help="Only what is to be mended.")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = 0
        for folder in options["folders"]:
            if not folder.is_dir():
                raise CommandError(f"There is no folder {folder}.")
            checked = check_content(folder)
            problems += len(checked.problems)
            if not options["quiet"]:
                self._table(folder, checked)
            for problem in checked.problems:
                self.stdout.write(f"{folder.name}/{problem}")
        if not options["quiet"]:
            self.stdout.write(HOW)
        if problems:
            raise CommandError(f"To be mended: {problems}.", returncode=1)
        self.stdout.write("Nothing to be mended.")

    def _table(self, folder: Path, checked: Checked) -> None:
        width = max([len(row.file) for row in checked.rows], default=0)
        self.stdout.write(f"{folder.name:{width}}  kind        words  minutes  sources  grade")
        for row in checked.rows:
            minutes = f"{row.minutes} ({row.reckoned})" if row.minutes else ""
            grade = "" if row.grade is None else f"{row.grade:.1f}"
            numbers = f"{row.words:6} {minutes:>8} {row.sources:8} {grade:>6}"
            self.stdout.write(f"{row.file:{width}}  {row.kind:10} {numbers}")
        for name, total in checked.modules.items():
            self.stdout.write(f"{name}: {total} minutes")
