"""What the site is called and looks like, asked of whoever the settings name.

`curriculum` prints the name on certificates and in mail, but where it is kept is not its business.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class SiteIdentity:
    """Name, look and address of the site."""

    name: str
    url: str  # without a slash at the end
    accent: str = ""  # a colour as #rrggbb; empty: the design's own
    logo_url: str = ""
    support_url: str = ""
    worry_help: str = ""  # html; whom a learner can turn to


def site_identity() -> SiteIdentity:
    """The identity at this moment, from the provider in CURRICULUM_SITE_IDENTITY."""
    provider = cast(Callable[[], SiteIdentity], import_string(settings.CURRICULUM_SITE_IDENTITY))
    return provider()
