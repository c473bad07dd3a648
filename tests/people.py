"""Stock people. Every private page has a test in which Olga is refused."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from curriculum.models import Cohort, Profession, Programme, User

PASSWORD = "correct horse battery"


def person(email: str, name: str, profession: str = "Medical student", **fields: Any) -> User:
    """Somebody who can sign in."""
    user = User.objects.create_user(
        f"{email}@example.org",
        PASSWORD,
        full_name=name,
        profession=Profession.objects.get(name=profession),
        **fields,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def staff(email: str, name: str, group: str, profession: str = "Somebody else") -> User:
    """Somebody with a role."""
    user = person(email, name, profession)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


def lena() -> User:
    """Lena, a learner."""
    return person("lena", "Lena Okoro")


def tom() -> User:
    """Tom, her tutor."""
    return staff("tom", "Tom Ashby", "Tutors", "General practitioner")


def gita() -> User:
    """Gita, a GP who reviews."""
    return staff("gita", "Gita Rao", "GP reviewers", "General practitioner")


def sol() -> User:
    """Sol, a social worker who reviews."""
    return staff("sol", "Sol Brandt", "Social work reviewers", "Social worker")


def cora() -> User:
    """Cora, Lena's course lead."""
    return staff("cora", "Cora Lindqvist", "Course leads")


def olga() -> User:
    """Olga, who leads another cohort."""
    return staff("olga", "Olga Petrova", "Course leads")


def ada() -> User:
    """Ada, who administers the site."""
    return staff("ada", "Ada Nkemelu", "Administrators")


def cohort(programme: Programme, *leads: User, name: str = "Year 3", **fields: Any) -> Cohort:
    """A cohort with its leads."""
    made = Cohort.objects.create(name=name, programme=programme, **fields)
    made.leads.add(*leads)
    return made
