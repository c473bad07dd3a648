"""Doing what a plan says: all of it in one transaction, or nothing."""

from typing import Any

from django.db import transaction

from cms.directory.importing.adding import add_services
from cms.directory.importing.here import Here
from cms.directory.importing.plan import LISTS, Fate, Line, Plan, plan_for
from cms.directory.importing.source import Source
from cms.directory.standard.facts import PLAIN
from cms.models import Contact, Opening, Organisation, Service
from curriculum.clock import today
from curriculum.domain.errors import Refused
from curriculum.models import User

CHANGED = "The directory has changed meanwhile. Look at the plan again."
PARTS = (*LISTS, "openings", "contacts")
STOPPED = "Nothing was brought in, since something in the file is wrong."


@transaction.atomic
def bring_in(source: Source, *, is_whole: bool, user: User | None, digest: str = "") -> Plan:
    """Write what the file says. Raises Refused where something is wrong, or where the plan is not
    the one with this digest."""
    here = Here()
    plan = plan_for(source, here, is_whole=is_whole)
    if plan.problems:
        raise Refused(STOPPED)
    if digest and plan.digest != digest:
        raise Refused(CHANGED)
    writer = _Writer(here, plan, user)
    for line in plan.lines:
        writer.change(line)
    writer.add([line for line in plan.lines if line.fate == Fate.CREATE])
    return plan


class _Writer:
    """Writes line after line, and makes the organisations that are new."""

    def __init__(self, here: Here, plan: Plan, user: User | None) -> None:
        self.here, self.plan, self.user = here, plan, user

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

    def change(self, line: Line) -> None:
        """Change what is here; most files change little."""
        if line.fate == Fate.GONE:
            self._save_mark(self.here.services[line.service], today())  # type: ignore[index]
        elif line.service:
            service = self.here.services[line.service]
            if line.changed:
                self._fill(service, line, line.changed)
                service.save()
                # The plan has looked at every field; what a file leaves out may stay empty.
                service.save_revision(user=self.user, log_action=True, clean=False)
            if line.comes_back:
                self._save_mark(service, None)

    def _save_mark(self, service: Service, day: Any) -> None:
        service.gone_on = day
        service.save(update_fields=["gone_on"])

    def _fill(self, service: Service, line: Line, names: frozenset[str]) -> None:
        facts = line.facts
        for name in names & set(PLAIN):
            value = getattr(facts, name)
            setattr(service, name, list(value) if name == "referral_from" else value)
        if "checked_on" in names:
            service.checked_by = service.reminded_on = None
        if "organisation" in names:
            service.organisation = self._organisation(facts.organisation or "")
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
            kept = list(service.contacts.filter(for_professionals=True)) if service.pk else []
            service.contacts = _in_order(  # type: ignore[misc]
                [
                    *(
                        Contact(label=c.label, phone=c.phone, email=c.email, url=c.url)
                        for c in facts.contacts or ()
                    ),
                    *kept,
                ]
            )

    def _organisation(self, name: str) -> Organisation:
        details = self.plan.organisations.get(name)
        found = self.here.organisation(name, details)
        if found is None:
            given = {key: value for key, value in (details or {}).items() if value}
            found = Organisation.objects.create(name=name, **given)
            self.here.organisations[name.casefold()] = found
            self.here.organisation_ids[found.uuid] = found
        return found


def _in_order(parts: list[Any]) -> list[Any]:
    """The parts of an entry in the order of the file; only forms number them by themselves."""
    for place, part in enumerate(parts):
        part.sort_order = place
    return parts
