from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curriculum.tasks import has_queue
from curriculum.workers import BeatingWorker


class Command(BaseCommand):
    help = "Does what waits in the queue, until told to end. Run one or more beside the web server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between looks.")
        parser.add_argument("--batch", action="store_true", help="End once nothing waits.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not has_queue():
            raise CommandError("Work is done at once here (TASKS_BACKEND); no worker is needed.")
        worker = BeatingWorker(interval=options["interval"], batch=options["batch"])
        worker.configure_signals()
        worker.run()
