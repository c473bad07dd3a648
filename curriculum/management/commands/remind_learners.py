from typing import Any

from django.core.management.base import BaseCommand

from curriculum.domain.reminders import remind_by_themselves


class Command(BaseCommand):
    help = "Reminds learners of the cohorts that remind by themselves. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        made = remind_by_themselves()
        self.stdout.write(f"{made} cohort{'' if made == 1 else 's'} with somebody to remind.")
