from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from elearn.service.schedule import SCHEDULE, run, timer


class Command(BaseCommand):
    help = "Runs one piece of scheduled work and keeps how it went. Without a name: lists them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?")
        parser.add_argument("--write-timers", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        if folder := options["write_timers"]:
            for job in SCHEDULE.values():
                (folder / job.unit).write_text(timer(job), encoding="utf-8")
        elif name := options["name"]:
            if name not in SCHEDULE:
                raise CommandError(f"There is no {name}. There are: {', '.join(SCHEDULE)}.")
            run(name, self.stdout.write)
        else:
            for job in SCHEDULE.values():
                self.stdout.write(f"{job.when:14} {job.name:20} {job.why}")
