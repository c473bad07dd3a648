"""A small sound case for tests of writing together: two decisions, an ending, four voices."""

from typing import Any

from cms.models import CasePage, ModulePage
from tests.cms import site
from tests.cms.site import block, item


def member(id: str, voice: str, name: str) -> dict[str, Any]:
    value = {"name": name, "voice": voice, "description": "x", "portrait": "woman"}
    return block("member", value, id)


def view(id: str, who: str, text: str, only_if: str = "") -> dict[str, Any]:
    return item({"who": who, "text": text, "only_if": only_if}, id)


def choice(id: str, leads_to: str, *views: dict[str, Any], **fields: Any) -> dict[str, Any]:
    value = {
        "text": f"Choice {id}",
        "quality": "strong",
        "happened": f"<p>After {id}.</p>",
        "views": list(views) or [view(f"{id}-edna", "edna", f"Edna at {id}.")],
        "silent": "",
        "leads_to": leads_to,
        "sets": "",
        "services": [],
    }
    return item({**value, **fields}, id)


def scene(id: str, *choices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    value = {
        "title": f"The {id}",
        "narrative": [site.text(f"<p>At the {id}.</p>", f"{id}-text")],
        "knows": [],
        "then": "decision" if choices else "ending",
        "question": f"What now at the {id}?" if choices else "",
        "asks_confidence": False,
        "asks_prediction": False,
        "choices": list(choices),
    }
    return block("scene", {**value, **fields}, id)


def scenes() -> list[dict[str, Any]]:
    return [
        scene("door", choice("a", "table"), choice("b", "home", sets="pushed")),
        scene("table", choice("c", "home"), choice("d", "home")),
        scene("home"),
    ]


CAST = [
    member("edna", "person", "Edna Marsh"),
    member("oram", "gp", "Dr Oram"),
    member("wanda", "social-worker", "Wanda Reid"),
]


def case_page(parent: ModulePage | None = None, **fields: Any) -> CasePage:
    """A live case in which only the person speaks; the other seats are empty."""
    page = CasePage(
        **{"title": "The empty fridge", "slug": "fridge", "role": "A student.", **fields}
    )
    page.cast = site.stream(page, "cast", CAST)
    page.facts = site.stream(page, "facts", [block("fact", {"name": "You pushed her"}, "pushed")])
    page.scenes = site.stream(page, "scenes", scenes())
    page.closing_moment = "The kettle boils."
    closing = [block("view", {"who": "edna", "text": "Tea.", "only_if": ""}, "close-edna")]
    page.closing_views = site.stream(page, "closing_views", closing)
    (parent or site.module_page()).add_child(instance=page)
    page.save_revision()
    return page


def path_to(choice: str, scene: str = "door", who: str = "wanda") -> tuple[str, ...]:
    """Where the view of a member of the cast at a choice stands, written or not."""
    return ("scenes", scene, "choices", choice, "views", f"+{who}", "text")


def draft_of(page: Any) -> Any:
    """The newest draft, read anew."""
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def views_at(page: Any, wanted: str) -> dict[str, str]:
    """Of the newest draft, at one choice: whose view → text."""
    found = {}
    for child in draft_of(page).scenes:
        for made in child.value["choices"].bound_blocks:
            if made.id == wanted:
                found = {v["who"]: v["text"] for v in made.value["views"]}
    return found
