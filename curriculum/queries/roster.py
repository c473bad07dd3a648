"""Who of a list is here already, and how they stand in one cohort."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from curriculum.models import Cohort, Group, Invitation, Profession, User

AT_A_TIME = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """A person who is here, as far as a list is compared with them."""

    pk: int
    email: str
    name: str
    student_number: str
    profession_id: int | None
    is_active: bool
    works_here: bool


@dataclass(frozen=True)
class Place:
    """Somebody's enrolment in the cohort."""

    pk: int
    is_withdrawn: bool
    group: str


@dataclass
class Known:
    """What the database says about the people of a list."""

    by_email: dict[str, Account] = field(default_factory=dict)
    by_number: dict[str, list[Account]] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    professions: list[Profession] = field(default_factory=list)


def look_up(
    cohort: Cohort,
    emails: Iterable[str],
    numbers: Iterable[str],
    *,
    each: Callable[[int], None] = lambda done: None,
) -> Known:
    """Who is here of these e-mail addresses and student numbers, both in lower case.

    `each` is called as it goes on, with how many addresses have been looked up.
    """
    known = Known(professions=list(Profession.objects.all()))
    teaching = {*cohort.leads.values_list("pk", flat=True)}
    teaching |= {*cohort.tutors.values_list("pk", flat=True)}
    done = 0
    for some in _parts(emails):
        for address, account in _with_addresses(some, teaching):
            known.by_email.setdefault(address, account)
        done += len(some)
        each(done)
    for some in _parts(numbers):
        people = User.objects.annotate(number=Lower("student_number")).filter(number__in=some)
        for account in _accounts(people, teaching):
            known.by_number.setdefault(account.student_number.lower(), []).append(account)
    found = {account.pk for account in known.by_email.values()}
    found |= {account.pk for accounts in known.by_number.values() for account in accounts}
    for learners in _parts(found):
        rows = cohort.enrolments.filter(learner__in=learners).values_list(
            "learner_id", "pk", "withdrawn_at", "group__name"
        )
        for learner, pk, withdrawn_at, group in rows:
            known.places[learner] = Place(pk, withdrawn_at is not None, group or "")
    return known


def _with_addresses(emails: list[str], teaching: set[int]) -> Iterator[tuple[str, Account]]:
    """By the address that they sign in with, and then by any other that they have confirmed."""
    people = User.objects.annotate(address=Lower("email")).filter(address__in=emails)
    for account in _accounts(people, teaching):
        yield account.email.lower(), account
    others = EmailAddress.objects.filter(email__in=emails, verified=True)
    owners = dict(others.values_list("user_id", "email"))
    for account in _accounts(User.objects.filter(pk__in=owners), teaching):
        yield owners[account.pk].lower(), account


def _accounts(people: QuerySet[User], teaching: set[int]) -> Iterator[Account]:
    rows = people.order_by("pk").values_list(
        "pk", "email", "full_name", "student_number", "profession_id", "is_active", "is_staff"
    )
    for pk, email, name, number, profession, is_active, is_staff in rows:
        works_here = is_staff or pk in teaching
        yield Account(pk, email, name, number, profession, is_active, works_here)


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, AT_A_TIME)):
        yield some


def groups_by_name(cohort: Cohort) -> dict[str, Group]:
    """The cohort's groups, by their names in lower case."""
    return {group.name.casefold(): group for group in cohort.groups.all()}


@dataclass(frozen=True)
class Invited:
    """How many of a cohort's invitations stand where; `uncertain`: a worker died while sending."""

    not_asked: int
    waiting: int
    sent: int
    uncertain: int
    accepted: int


def invited(cohort: Cohort) -> Invited:
    """How the cohort's invitations stand, of those who still take part."""
    return Invited(
        **invitations_of(cohort).aggregate(
            not_asked=Count("pk", filter=Q(asked_at=None)),
            waiting=Count("pk", filter=Q(asked_at__isnull=False, claimed_at=None)),
            sent=Count("pk", filter=Q(mailed_at__isnull=False)),
            uncertain=Count("pk", filter=Q(claimed_at__isnull=False, mailed_at=None)),
            accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
        )
    )


def invitations_of(cohort: Cohort) -> QuerySet[Invitation]:
    """Each learner's newest invitation, of those who still take part."""
    later = Invitation.objects.filter(
        enrolment=OuterRef("enrolment"), number__gt=OuterRef("number")
    )
    return (
        Invitation.objects.filter(~Exists(later), enrolment__cohort=cohort)
        .to_people_who_take_part()
        .select_related("enrolment__learner", "asked_by")
        .order_by("enrolment__learner__full_name", "pk")
    )
