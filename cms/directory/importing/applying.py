"""Doing what a plan says: all of it in one transaction, or nothing."""

from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects

from cms.directory.importing.here import Here
from cms.directory.importing.plan import LISTS, Fate, Line, Plan, plan_for
from cms.directory.importing.saving import AT_ONCE, add_services, change_services
from cms.directory.importing.source import Source
from cms.directory.standard.facts import PLAIN
from cms.models import Contact, Opening, Organisation, Service
from curriculum.clock import today
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.errors import Refused
from curriculum.models import User

CHANGED = "The directory has changed meanwhile. Look at the plan again."
PARTS = (*LISTS, "openings", "contacts")
STOPPED = "Nothing was brought in, since something in the file is wrong."


@transaction.atomic
def bring_in(source: Source, *, is_whole: bool, user: User | None, digest: str = "") -> Plan:
    """Write what the file says. Raises Refused where something is wrong, or where the plan is not
    the one with this digest."""
    catalogue_changed()
    here = Here()
    plan = plan_for(source, here, is_whole=is_whole)
    if plan.problems:
        raise Refused(STOPPED)
    if digest and plan.digest != digest:
        raise Refused(CHANGED)
    writer = _Writer(here, user)
    writer.mark([line for line in plan.lines if line.service])
    writer.change([line for line in plan.lines if line.fate == Fate.CHANGE])
    writer.add([line for line in plan.lines if line.fate == Fate.CREATE])
    return plan


class _Writer:
    """Writes the lines of a plan, and makes the organisations that are new."""

    def __init__(self, here: Here, user: User | None) -> None:
        self.here, self.user = here, user

    def add(self, lines: list[Line]) -> None:
        """Make what is new, all at once."""
        made = []
        for line in lines:
            key = {"uuid": line.facts.id} if line.facts.id else {}
            service = Service(checked_on=today(), **key)
            for name in PARTS:
                setattr(service, name, [])  # known to be empty, so that nobody asks the database
            self._fill(service, line, line.said)
            made.append(service)
        add_services(made, self.user)

    def change(self, lines: list[Line]) -> None:
        """Change what is here, all at once."""
        found = [(self._service(line), line) for line in lines]
        prefetch_related_objects([service for service, _ in found], "contacts")
        changed = {}
        for service, line in found:
            self._fill(service, line, line.changed)
            also = {"checked_by", "reminded_on"} if "checked_on" in line.changed else set()
            changed[service] = line.changed | also
        change_services(changed, self.user)

    def mark(self, lines: list[Line]) -> None:
        """Mark what is missing, and take the mark away from what is back."""
        gone = [self._service(line) for line in lines if line.fate == Fate.GONE]
        back = [self._service(line) for line in lines if line.comes_back]
        for services, day in ((gone, today()), (back, None)):
            for service in services:
                service.gone_on = day
            Service.objects.bulk_update(services, ["gone_on"], batch_size=AT_ONCE)

    def _service(self, line: Line) -> Service:
        return self.here.services[line.service]  # type: ignore[index]

    def _fill(self, service: Service, line: Line, names: frozenset[str]) -> None:
        facts = line.facts
        for name in names & set(PLAIN):
            value = getattr(facts, name)
            setattr(service, name, list(value) if name == "referral_from" else value)
        if "checked_on" in names:
            service.checked_by = service.reminded_on = None
        if "organisation" in names:
            service.organisation = _kept(line.organisation)
        if "out_of_hours" in names:
            service.out_of_hours = self.here.services.get(facts.out_of_hours)  # type: ignore[arg-type]
        for name in names & set(LISTS):
            setattr(service, name, self.here.many(name, getattr(facts, name))[0])
        if "openings" in names:
            service.openings = _in_order(  # type: ignore[misc]
                [
                    Opening(days=list(h.days), opens_at=h.opens_at, closes_at=h.closes_at)
                    for h in facts.openings or ()
                ]
            )
        if "contacts" in names:
            # What is for professionals stands in no file, and stays.
            kept = [c for c in service.contacts.all() if c.for_professionals]
            service.contacts = _in_order(  # type: ignore[misc]
                [
                    *(
                        Contact(label=c.label, phone=c.phone, email=c.email, url=c.url)
                        for c in facts.contacts or ()
                    ),
                    *kept,
                ]
            )


def _kept(organisation: Organisation | None) -> Organisation:
    """A line's organisation, saved where the plan has only made it up."""
    assert organisation is not None  # a plan without one has a problem
    if organisation.pk is None:
        organisation.save()
    return organisation


def _in_order(parts: list[Any]) -> list[Any]:
    """The parts of an entry in the order of the file; only forms number them by themselves."""
    for place, part in enumerate(parts):
        part.sort_order = place
    return parts
