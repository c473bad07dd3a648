from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from curriculum.privacy.retention import RULES, apply_all


class Command(BaseCommand):
    help = (
        "Says what would go because its time is over, rule by rule. With --apply it goes. Run it "
        "once a day; to run it twice does no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="Do it, instead of saying so.")

    def handle(self, *args: Any, **options: Any) -> None:
        if unknown := set(settings.RETENTION_DAYS) - {rule.name for rule in RULES}:
            raise CommandError(f"RETENTION_DAYS names no rule: {', '.join(sorted(unknown))}.")
        if options["apply"]:
            done, failed = apply_all()
            for name, many in done.items():
                self.stdout.write(f"{name}: {many}")
            if failed:
                raise CommandError(f"Broke off, see the log: {', '.join(failed)}.")
            return
        for rule in RULES:
            self.stdout.write(
                f"{rule.name}: {rule.rows().count()} would go. {rule.says}, after {rule.kept} days."
            )
        self.stdout.write("Nothing was changed. --apply does it.")
