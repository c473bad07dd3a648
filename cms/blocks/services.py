"""Services: authors choose a kind of service, and the site's directory fills it in."""

import re
from typing import Any

from django.forms import CheckboxSelectMultiple
from wagtail import blocks

from cms.blocks.base import FreezableStruct, Place, freeze_list
from curriculum.content import ServiceRef, ServicesHere
from curriculum.queries.catalogue import shelf
from curriculum.queries.directory import services_here

_SHORT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def service_kinds() -> list[tuple[str, str]]:
    """Those that the directory knows, by short name."""
    return [(slug, kind.name) for slug, kind in services_here(shelf()).kinds.items()]


def is_kind(value: str) -> bool:
    """Whether this is a kind's short name rather than a service's own name, as typed before there
    was a directory."""
    return bool(_SHORT_NAME.fullmatch(value))


class _AsStored:
    """Stored short names are read as they stand, without asking the directory what it knows."""

    def normalize_choice(self, value: Any) -> Any:
        return value

    def get_searchable_content(self, value: Any) -> list[str]:
        return []


class ServiceKindBlock(_AsStored, blocks.ChoiceBlock):
    """One kind of service, chosen from a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": service_kinds, **kwargs})


class ServiceKindsBlock(_AsStored, blocks.MultipleChoiceBlock):
    """Any number of kinds, ticked in a list; in what order says nothing."""

    def __init__(self, **kwargs: Any) -> None:
        more = {"choices": service_kinds, "widget": CheckboxSelectMultiple, "required": False}
        super().__init__(**{**more, **kwargs})


class ServicesHereBlock(FreezableStruct):
    """Whom one contacts where the site is: a card for each kind."""

    heading = blocks.CharBlock(max_length=120, default="Whom you contact here")
    kinds = blocks.ListBlock(ServiceKindBlock(label="Kind of service"), label="Kinds of service")

    def freeze(self, value: Any, place: Place) -> ServicesHere:
        kinds: dict[str, ServiceRef] = {}
        for item, there in freeze_list(value["kinds"], place.at("kinds")):
            kind = there.line("", item, "Choose a kind of service.")
            if kind in kinds:
                there.problem("This kind stands here twice. Keep one.")
            kinds[kind] = ServiceRef(kind=kind)
        if not kinds:
            place.at("kinds").problem("Choose at least one kind of service.")
        return ServicesHere(
            id=place.id,
            heading=place.line("heading", value["heading"], "Write a heading."),
            kinds=tuple(kinds.values()),
        )

    class Meta:
        icon = "site"
        group = "People"
        label = "Services here"
        description = "Kinds of service. The local directory says who it is where the site is."
        template = "cms/blocks/services_here.html"
        preview_value = {
            "heading": "Whom you contact here",
            "kinds": ["council-front-door", "carers"],
        }
