from typing import Any

from django.core.management.base import BaseCommand

from cms.reminders import remind_reviewers


class Command(BaseCommand):
    help = "Mails reviewers whose signature is due or overdue. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{remind_reviewers()} reminders sent.")
