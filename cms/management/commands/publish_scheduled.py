"""In place of Wagtail's command of this name, which stops at the first page that is refused."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.publishing import publish_due


class Command(BaseCommand):
    help = "Publish what is due and unpublish what has expired. Run it every few minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        published, refused = publish_due()
        self.stdout.write(f"Published {published}, refused {refused}.")
