import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from curriculum.models import Programme
from elearn.demo import scale, scale_programme


class Command(BaseCommand):
    help = "Make a very large school of invented learners, for trying reports at scale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--learners", type=int, default=20_000)
        parser.add_argument("--cohorts", type=int, default=60)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented learners are made only where the settings say DEMO.")
        if not 1 <= options["cohorts"] <= options["learners"]:
            raise CommandError("Give each cohort at least one learner.")
        if Programme.objects.filter(title=scale_programme.TITLE).exists():
            raise CommandError("The large school is there already.")
        for name in ("curriculum", "cms"):
            logging.getLogger(name).setLevel(logging.WARNING)
        scale.build(options["learners"], options["cohorts"], self.stdout.write)
