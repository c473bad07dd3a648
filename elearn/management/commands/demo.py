import logging
import os
import random
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.directory.sample import load_sample
from cms.models import SiteSettings
from cms.starter import load_starter
from curriculum.domain.enrolment import enrol
from curriculum.models import (
    Cohort,
    Enrolment,
    Profession,
    Programme,
    ProgrammeCompletion,
    User,
)
from elearn.demo.course import answer_surveys, set_the_course
from elearn.demo.histories import live_through
from elearn.demo.people import ACCOUNTS, DOMAIN, LEARNERS
from elearn.demo.reviews import send_for_review

SEED = 2026


class Command(BaseCommand):
    help = "Load the starter curriculum, demo accounts and two cohorts. Keeps what is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo accounts are made only where the settings say DEMO.")
        logging.getLogger("curriculum").setLevel(logging.WARNING)  # of thirty histories
        password = self._password()
        with transaction.atomic():
            self._content()
            people = {
                name: self._account(
                    f"{name}@{DOMAIN}", full_name, profession, group, rules, password
                )
                for name, full_name, profession, group, rules in ACCOUNTS
            }
            if not Cohort.objects.exists():
                self._cohorts(people)
                send_for_review(people["tutor"], people["gp"], people["socialworker"])
        self._say(people, password)

    def _password(self) -> str:
        """From the environment, else made once and kept beside the database."""
        given = os.environ.get("DEMO_PASSWORD")
        file = settings.VAR_DIR / "demo_password"
        if given:
            file.write_text(given)
        elif not file.exists():
            file.write_text(secrets.token_urlsafe(9))
        return file.read_text()

    def _content(self) -> None:
        site = SiteSettings.load()
        if not Programme.objects.exists():
            site.allow_unreviewed = True
            site.save()
        # First, so that what is published keeps what the directory says.
        self.stdout.write(f"Directory: {load_sample()}")
        for line in load_starter():
            self.stdout.write(line)

    def _account(
        self, email: str, name: str, profession: str, group: str | None, rules: bool, password: str
    ) -> User:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(
                email,
                full_name=name,
                profession=Profession.objects.get(name=profession),
                is_superuser=rules,
            )
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if group:
            user.groups.add(Group.objects.get(name=group))
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        return user

    def _cohorts(self, people: dict[str, User]) -> None:
        programme = Programme.objects.filter(inclusions__until=None, is_live=True).distinct().get()
        cohorts = [
            Cohort.objects.create(name=name, programme=programme)
            for name in ("Year 3, autumn 2026", "Year 3, firm B, autumn 2026")
        ]
        for cohort in cohorts:
            cohort.leads.add(people["lead"])
            cohort.tutors.add(people["tutor"])
        enrol(cohorts[0], people["student"])
        chance = random.Random(SEED)  # noqa: S311 - plausible, not secret
        for number, (name, profession) in enumerate(LEARNERS):
            learner = User.objects.create_user(
                f"learner{number + 1}@{DOMAIN}",
                full_name=name,
                profession=Profession.objects.get(name=profession),
                student_number=f"CG{260101 + number * 37}",
            )
            zeal = chance.choice([0, 0.15, 0.4, 0.6, 0.9, 1, 1, 1])
            live_through(cohorts[number % 2], learner, chance, zeal)
        for enrolment in Enrolment.objects.exclude(learner=people["student"]):
            if chance.random() < 0.9:
                is_done = ProgrammeCompletion.objects.filter(enrolment=enrolment).exists()
                answer_surveys(enrolment, chance, is_done=is_done)
        for cohort in cohorts:
            set_the_course(cohort, people["lead"])

    def _say(self, people: dict[str, User], password: str) -> None:
        port = os.environ.get("PORT", "8000")
        cohort = Cohort.objects.order_by("pk").first()
        begin = {
            "student": "/dashboard/",
            "tutor": "/cms/pages/",
            "gp": "/cms/review/",
            "socialworker": "/cms/review/",
            "lead": "/cms/cohorts/",
            "admin": "/cms/",
        }
        base = f"http://127.0.0.1:{port}"
        self.stdout.write(f"\n  Common Ground  {base}/\n\n  Sign in with password {password}\n")
        for name, user in people.items():
            self.stdout.write(f"    {user.email:<28} {base}{begin[name]}")
        if cohort:
            self.stdout.write(f"\n  Join a cohort: {base}/join/{cohort.join_code}/")
        self.stdout.write("  Mail is printed here.\n")
