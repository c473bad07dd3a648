"""A case written as files."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any

from cms.models import CasePage, Tag
from cms.portable.notes import with_notes
from cms.portable.text import markdown
from cms.portable.write import CannotWrite, Writer, as_yaml, without_empty
from curriculum.content import Case, CaseChoice, References, Scene, View

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
SLUG_WORDS = 4


def write_case(page: CasePage) -> dict[str, bytes]:
    """The draft of a case as files, by name; `load_programme` reads them as the same content.

    Raises CannotWrite for what files cannot say, such as films and scenes that lead nowhere.
    """
    case = page.freeze().content
    writer = Writer()
    for node in case.nodes:
        if isinstance(node, References):
            for reference in node.references:
                entry = without_empty({"text": reference.text, "url": reference.url})
                writer.references.setdefault(reference.key, entry)
    data = {
        "key": str(page.translation_key),
        "title": page.title,
        "slug": page.slug,
        "required": page.is_required,
        **without_empty({"minutes": page.minutes_override, "summary": page.search_description}),
        **without_empty(
            {
                "review_by_months": page.review_months,
                "tags": [tag.slug for tag in page.tags.all()],
                "outcomes": [outcome.key for outcome in page.outcomes.all()],
            }
        ),
        **CaseWriter(case, page, writer).data(),
    }
    files = {f"{page.slug}.yaml": as_yaml(data).encode(), **writer.files}
    if tags := _tags(page):
        files["tags.yaml"] = as_yaml(tags).encode()
    return {**files, "references.yaml": as_yaml(writer.references).encode()}


def _tags(page: CasePage) -> dict[str, dict[str, Any]]:
    """Every tag that the case or one of its scenes names, as tags.yaml has them."""
    named = {slug for child in page.scenes for slug in child.value["tags"]}
    named |= {tag.slug for tag in page.tags.all()}
    return {
        tag.slug: without_empty(
            {"name": tag.name, "kind": tag.kind, "year": tag.year, "url": tag.url}
        )
        for tag in Tag.objects.filter(slug__in=named).order_by("slug")
    }


class CaseWriter:
    """Names for what has ids only, and the case in these names."""

    def __init__(self, case: Case, page: CasePage, writer: Writer) -> None:
        self.case, self.page, self.writer = case, page, writer
        self.key = page.translation_key
        self.kept = {child.id: child.value for child in page.scenes}
        self.cast = _names((member.id, member.name) for member in case.cast)
        self.scenes = _names((scene.id, scene.title) for scene in case.scenes)
        self.facts = _names((fact.id, fact.name) for fact in case.facts)
        writer.facts = self.facts

    def data(self) -> dict[str, Any]:
        """The fields of the file that are the case's own."""
        case, closing = self.case, self.case.closing
        note = case.content_note
        cast = [
            {
                **self._id("cast", self.cast[member.id], member.id),
                "name": member.name,
                "voice": member.voice.value,
                "description": member.description,
                "portrait": member.portrait.value,
            }
            for member in case.cast
        ]
        facts = [
            {**self._id("fact", self.facts[fact.id], fact.id), "name": fact.name}
            for fact in case.facts
        ]
        return without_empty(
            {
                "introduction": self._body(with_notes(case.body, self.page.body), "introduction"),
                "content_note": note and {"coming": note.coming, "instead": markdown(note.instead)},
                "role": case.role,
                "roles": {role.profession: role.text for role in case.roles},
                "cast": cast,
                "facts": facts,
                "scenes": [self._scene(scene) for scene in case.scenes],
                "debrief": self._body(with_notes(case.debrief, self.page.debrief), "debrief"),
                "closing": closing
                and {"moment": closing.moment, "views": self._views(closing.views)},
            }
        )

    def _id(self, kind: str, name: str, id: str) -> dict[str, str]:
        """The name, and the id beside it where the reader would make another of the name."""
        made = self.writer.context(self.key).id(kind, name)
        return {"id": name} if made == id else {"id": name, "key": id}

    def _body(self, nodes: Iterable[Any], place: str) -> str:
        return self.writer.body(nodes, uuid.uuid5(self.key, place))

    def _scene(self, scene: Scene) -> dict[str, Any]:
        decision, kept = scene.decision, self.kept[scene.id]
        narrative = with_notes(scene.narrative, kept["narrative"])
        choices = decision.choices if decision else ()
        names = _names((choice.id, choice.text) for choice in choices)
        return {
            **self._id("scene", self.scenes[scene.id], scene.id),
            "title": scene.title,
            "narrative": self._body(narrative, scene.id),
            **without_empty(
                {
                    "tags": list(kept["tags"]),
                    "check": kept["check"],
                    "knows": self._views(scene.knows),
                }
            ),
            **({} if decision else {"ending": True}),
            **without_empty(
                {
                    "decision": decision
                    and {
                        "question": decision.question,
                        **without_empty(
                            {
                                "confidence": decision.asks_confidence,
                                "prediction": decision.asks_prediction,
                            }
                        ),
                        "choices": [self._choice(c, scene.id, names[c.id]) for c in choices],
                    }
                }
            ),
        }

    def _choice(self, choice: CaseChoice, scene: str, name: str) -> dict[str, Any]:
        return {
            **self._id(scene, name, choice.id),
            "text": choice.text,
            "quality": choice.quality.value,
            "happened": markdown(choice.happened),
            **without_empty({"views": self._views(choice.views), "silent": choice.silent}),
            "leads_to": _known(self.scenes, choice.leads_to, "A choice leads nowhere yet."),
            **without_empty(
                {
                    "sets": choice.sets
                    and _known(self.facts, choice.sets, "A choice sets a fact that is gone."),
                    "services": [service.name for service in choice.services],
                }
            ),
        }

    def _views(self, views: Iterable[View]) -> list[dict[str, str]]:
        return [
            {
                "who": _known(self.cast, view.who, "A view is nobody’s yet."),
                "text": view.text,
                **(
                    {"only_if": _known(self.facts, view.only_if, "A view depends on a lost fact.")}
                    if view.only_if
                    else {}
                ),
            }
            for view in views
        ]


def _known(names: dict[str, str], id: str, otherwise: str) -> str:
    if id not in names:
        raise CannotWrite(otherwise)
    return names[id]


def _names(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A short name for each id, made from its title; no two alike."""
    names: dict[str, str] = {}
    for id, title in titles:
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        words = _NOT_SLUG.sub(" ", plain.replace("'", "")).split()
        base = name = "-".join(words[:SLUG_WORDS]) or "one"
        number = 2
        while name in names.values():
            name, number = f"{base}-{number}", number + 1
        names[id] = name
    return names
