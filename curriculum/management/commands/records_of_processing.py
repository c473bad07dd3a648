from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from curriculum.privacy.records import put


class Command(BaseCommand):
    help = "Writes the records of processing and the table of retention into docs/privacy.md."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "privacy.md"
        path.write_text(put(path.read_text("utf-8")), "utf-8")
        self.stdout.write("docs/privacy.md is current.")
