"""Wagtail's own addresses, of which there are hundreds: who may come near, by the place."""

import re
from pathlib import Path

from tests.elearn.addresses import table
from tests.elearn.addresses.world import ROLES, World

# What stands in a route for what of the world: the first line whose place and name fit.
ARGUMENTS = [
    ("cms/api/main/documents/", "pk", "document.pk"),
    ("cms/api/main/images/", "pk", "picture.pk"),
    ("cms/api/main/pages/", "pk", "reading_page.pk"),
    ("cms/api/", "action_name", "=copy"),
    ("cms/snippets/cms/tag/", "pk", "tag.pk"),
    ("cms/snippets/choose/cms/tag/", "pk", "tag.pk"),
    ("cms/snippets/cms/outcome/", "pk", "outcome.pk"),
    ("cms/snippets/choose/cms/outcome/", "pk", "outcome.pk"),
    ("cms/snippets/cms/surveyitem/", "pk", "item.pk"),
    ("cms/snippets/choose/cms/surveyitem/", "pk", "item.pk"),
    ("cms/snippets/curriculum/term/", "pk", "term.pk"),
    ("cms/snippets/choose/curriculum/term/", "pk", "term.pk"),
    ("cms/snippets/cms/service/", "pk", "service.pk"),
    ("cms/snippets/choose/cms/service/", "pk", "service.pk"),
    ("cms/snippets/cms/practice/", "pk", "practice.pk"),
    ("cms/snippets/choose/cms/practice/", "pk", "practice.pk"),
    ("cms/snippets/cms/organisation/", "pk", "service.organisation.pk"),
    ("cms/snippets/choose/cms/organisation/", "pk", "service.organisation.pk"),
    ("cms/snippets/cms/servicekind/", "pk", "kind.pk"),
    ("cms/snippets/choose/cms/servicekind/", "pk", "kind.pk"),
    ("cms/snippets/cms/area/", "pk", "area.pk"),
    ("cms/snippets/choose/cms/area/", "pk", "area.pk"),
    ("cms/snippets/cms/network/", "pk", "network.pk"),
    ("cms/snippets/choose/cms/network/", "pk", "network.pk"),
    ("cms/snippets/", "revision_id", "=1"),
    ("cms/snippets/", "revision_id_a", "=earliest"),
    ("cms/snippets/", "revision_id_b", "=latest"),
    ("cms/professions/", "pk", "profession.pk"),
    ("cms/sites/", "pk", "site.pk"),
    ("cms/users/", "pk", "lena.pk"),
    ("cms/groups/", "pk", "=1"),
    ("cms/documents/chooser/", "pk", "document.pk"),
    ("cms/images/chooser/", "pk", "picture.pk"),
    ("cms/collections/", "pk", "=1"),
    ("cms/workflows/", "pk", "=1"),
    ("cms/settings/", "pk", "settings.pk"),
    ("cms/settings/", "app_name", "=cms"),
    ("cms/settings/", "model_name", "=sitesettings"),
    ("cms/tag-autocomplete/", "app_name", "=taggit"),
    ("cms/tag-autocomplete/", "model_name", "=tag"),
    ("cms/editing-sessions/", "app_label", "=cms"),
    ("cms/editing-sessions/", "model_name", "=readingpage"),
    ("cms/bulk/", "app_label", "=wagtailcore"),
    ("cms/bulk/", "model_name", "=page"),
    ("cms/bulk/", "action", "=publish"),
    ("cms/workflows/tasks/add/", "app_label", "=cms"),
    ("cms/workflows/tasks/add/", "model_name", "=signofftask"),
    ("", "content_type_app_name", "=cms"),
    ("", "content_type_model_name", "=readingpage"),
    ("", "app_label", "=cms"),
    ("", "model_name", "=readingpage"),
    ("cms/pages/add/", "parent_page_id", "module_page.pk"),
    ("", "parent_page_id", "module_page.pk"),
    ("", "page_id", "reading_page.pk"),
    ("", "page_pk", "reading_page.pk"),
    ("", "page_to_move_id", "reading_page.pk"),
    ("", "destination_id", "module_page.pk"),
    ("", "revision_id", "reading_page.latest_revision_id"),
    ("", "object_id", "reading_page.pk"),
    ("", "image_id", "picture.pk"),
    ("", "document_id", "document.pk"),
    ("", "doc_id", "document.pk"),
    ("", "media_id", "recording.pk"),
    ("", "media_type", "=audio"),
    ("", "filter_spec", "=original"),
    ("", "collection_id", "=1"),
    ("", "action_name", "=approve"),
    # Of these there is one only while somebody works, so that whoever comes near meets 404.
    ("", "workflow_pk", "=1"),
    ("", "task_id", "=1"),
    ("", "task_state_id", "=1"),
    ("", "workflow_state_id", "=1"),
    ("", "restriction_id", "=1"),
    ("", "redirect_id", "=1"),
    ("", "session_id", "=1"),
    ("", "uploaded_file_id", "=1"),
    ("", "uidb64", "=MQ"),
    ("", "token", "=x"),
]
# Routes that are regular expressions without names.
WRITTEN_OUT = {
    r"cms/documents/(\d+)/(.*)$": "cms/documents/{document.pk}/c.vtt",
    r"cms/pages/(\d+)/revisions/compare/(live|earliest|\d+)\.\.\.(live|latest|\d+)/$": (
        "cms/pages/{reading_page.pk}/revisions/compare/live...latest/"
    ),
    r"cms/.*/$": "cms/there/is/no/such/page/",
}


def path_of(route: str, world: World) -> str:
    """An address that this route answers."""
    if route in WRITTEN_OUT:
        filled = re.sub(
            r"\{([\w.]+)\}", lambda m: str(table.value_of(world, m[1])), WRITTEN_OUT[route]
        )
        return f"/{filled}"
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).removesuffix("$")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: _argument(route, m[1], world), named)


def _argument(route: str, name: str, world: World) -> str:
    for place, wanted, value in ARGUMENTS:
        if route.startswith(place) and wanted == name:
            return str(table.value_of(world, value))
    raise LookupError(f"Nothing is said of <{name}> in {route}: add a line to ARGUMENTS.")


STAFF = set(ROLES) - {"out", "lena", "dana"}
GROUPS = {
    "all": set(ROLES),
    "staff": STAFF,
    "writers": {"tom", "ada", "root"},
    "nobody": set(),
    "ada": {"ada"},
    "root": {"root"},
}


def rules() -> dict[str, set[str]]:
    """From `wagtail.rules`: the beginning of a route, and who may be let in there."""
    lines = (Path(__file__).parent / "wagtail.rules").read_text("utf-8").splitlines()
    cells = [line.partition(" #")[0].split() for line in lines if not line.startswith("#")]
    return {
        place: set().union(*(GROUPS[word] for word in who)) for place, *who in filter(None, cells)
    }


def let_in(route: str) -> set[str] | None:
    """Who may be let in at a route, by the longest rule that fits."""
    known = rules()
    # The admin's first page says nothing of what is below it.
    fitting = [p for p in known if route == p or (route.startswith(p) and p != "cms/")]
    return known[max(fitting, key=len)] if fitting else None
