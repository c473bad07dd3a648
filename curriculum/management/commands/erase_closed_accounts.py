from typing import Any

from django.core.management.base import BaseCommand

from curriculum.privacy.erasure import erase_due


class Command(BaseCommand):
    help = "Erases the accounts whose time to cool off is over. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        erased, refused = erase_due()
        many = "1 account" if erased == 1 else f"{erased} accounts"
        self.stdout.write(f"{many} erased, {refused} not possible.")
