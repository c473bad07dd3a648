"""A case written as files."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any

from cms.models import CasePage
from cms.portable.notes import upkeep, with_notes
from cms.portable.text import markdown
from cms.portable.write import CannotWrite, Writer, without_empty
from curriculum.content import Case, CaseChoice, Scene, View

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
SLUG_WORDS = 4


def case_data(page: CasePage, case: Case, writer: Writer) -> dict[str, Any]:
    """The fields of the file that are a case's own. Raises CannotWrite."""
    return CaseWriter(case, page, writer).data()


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
            **upkeep(kept),
            **without_empty({"knows": self._views(scene.knows)}),
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
                                "finds": decision.finds,
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
                    "services": [
                        *(contact.kind for contact in choice.contacts),
                        *(service.name for service in choice.services),
                    ],
                    "found_by": list(choice.found_by),
                    "otherwise": choice.otherwise,
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
