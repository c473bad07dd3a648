"""The directory as a file: JSON of the standard, CSV, or a workbook."""

import json
from collections.abc import Iterator
from typing import IO

from django.urls import reverse

from cms.directory.standard.facts import ServiceFacts, facts_of, for_facts
from cms.directory.standard.hsds_out import service_out
from cms.directory.standard.table import columns
from cms.models import Service
from curriculum.clock import today
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.identity import site_identity


def every_service() -> Iterator[Service]:
    """All, also those that are not shown; a few hundred at a time."""
    return iter(for_facts(Service.objects.order_by("name", "pk")).iterator(chunk_size=500))


def every_fact() -> Iterator[ServiceFacts]:
    return (facts_of(service) for service in every_service())


def as_json() -> bytes:
    """A list of services with all that hangs on them."""
    site = site_identity().url
    found = [
        service_out(s, f"{site}{reverse('directory_entry', args=[s.uuid])}")
        for s in every_service()
    ]
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def as_csv() -> Iterator[bytes]:
    return csv_lines(columns(), every_fact())


def as_workbook() -> IO[bytes]:
    about = [("The directory's services, made on", today().isoformat())]
    return xlsx_file(columns(), every_fact(), about, sheet_name="Services")
