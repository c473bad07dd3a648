from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.portable.problems import PortableError
from cms.starter import load_starter


class Command(BaseCommand):
    help = "Load the starter curriculum and the site's standard pages. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in load_starter():
                self.stdout.write(line)
        except PortableError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
