from typing import Any

from django.core.management.base import BaseCommand

from cms.directory.freshness import remind_editors


class Command(BaseCommand):
    help = "Mails directory editors which entries want checking. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        many = remind_editors()
        self.stdout.write(f"{many} {'entry' if many == 1 else 'entries'} mailed about.")
