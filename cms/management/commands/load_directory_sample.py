from typing import Any

from django.core.management.base import BaseCommand

from cms.directory.sample import load_sample


class Command(BaseCommand):
    help = "Load the fictional Borough of Wexmoor into the directory. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Directory: {load_sample()}")
