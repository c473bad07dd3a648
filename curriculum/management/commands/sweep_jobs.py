from typing import Any

from django.core.management.base import BaseCommand

from curriculum.domain.roster import forget_old
from curriculum.workers import sweep


class Command(BaseCommand):
    help = "Takes up what a worker has dropped, sends kept mail, removes what is past its time."

    def handle(self, *args: Any, **options: Any) -> None:
        taken_up, removed = sweep()
        removed += forget_old()
        self.stdout.write(f"{taken_up} taken up, {removed} files removed.")
