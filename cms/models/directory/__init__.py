"""The local service directory: who can help, for whom, and how to reach them."""

from cms.models.directory.kinds import Need, ServiceKind
from cms.models.directory.places import Area, Network, Postcode, Practice
from cms.models.directory.reports import EntryReport
from cms.models.directory.services import (
    Basis,
    Contact,
    Cost,
    Opening,
    Organisation,
    Referrer,
    Service,
)

__all__ = [
    "Area",
    "Basis",
    "Contact",
    "Cost",
    "EntryReport",
    "Need",
    "Network",
    "Opening",
    "Organisation",
    "Postcode",
    "Practice",
    "Referrer",
    "Service",
    "ServiceKind",
]
