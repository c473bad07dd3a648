from typing import Any

from django.core.management.base import BaseCommand

from curriculum.domain.jobs import sweep


class Command(BaseCommand):
    help = "Takes up work that a worker has dropped and removes files past their time."

    def handle(self, *args: Any, **options: Any) -> None:
        taken_up, removed = sweep()
        self.stdout.write(f"{taken_up} taken up, {removed} files removed.")
