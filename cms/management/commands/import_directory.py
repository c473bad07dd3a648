from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.directory.importing.applying import bring_in
from cms.directory.importing.here import Here
from cms.directory.importing.plan import Fate, plan_for
from cms.directory.importing.reading import read_services_file
from curriculum.imports.errors import NotReadable


class Command(BaseCommand):
    help = "Bring services in from JSON (Open Referral UK), CSV or XLSX. All or nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say only what would be done.")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="The file holds the whole directory: mark what is missing from it.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = read_services_file(options["file"].read_bytes())
        except (NotReadable, OSError) as error:
            raise CommandError(str(error)) from error
        plan = plan_for(source, Here(), is_whole=options["whole"])
        for problem in plan.problems:
            self.stderr.write(
                f"{problem.place}, {problem.column or 'as a whole'}: {problem.message}"
            )
        if plan.problems:
            raise CommandError("Nothing was brought in.")
        for line in plan.lines:
            if line.fate != Fate.SAME:
                changes = ", ".join(change.heading for change in line.changes)
                self.stdout.write(
                    f"{line.fate.label}: {line.name}{f' ({changes})' if changes else ''}"
                )
        if not options["dry_run"]:
            bring_in(source, is_whole=options["whole"], user=None, digest=plan.digest)
        counts = ", ".join(f"{many} {fate.value}" for fate, many in plan.counts.items())
        self.stdout.write(f"{'Would be' if options['dry_run'] else 'Done'}: {counts}.")
