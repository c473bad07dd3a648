"""A case in which a service is found, and a directory of three entries to find it in."""

import uuid
from typing import Any, ClassVar

from curriculum import content
from curriculum.content import Case, CaseChoice, Decision, Scene, ServiceFacts, ServiceRef, Text
from curriculum.directory import Found, LocalKind, LocalServices
from curriculum.enums import ChoiceQuality
from tests import factories

RAILS, CARERS, BOTH, GONE = (str(uuid.uuid5(uuid.NAMESPACE_DNS, name)) for name in "rcbg")


class Directory:
    """Stands in for the site's directory."""

    entries: ClassVar[dict[str, Found]] = {
        RAILS: Found(RAILS, "Step Easy", frozenset({"occupational-therapy"})),
        CARERS: Found(CARERS, "Carers’ Hearth", frozenset({"carers"})),
        BOTH: Found(BOTH, "One door", frozenset({"carers", "home-care"})),
    }

    def here(self) -> LocalServices:
        facts = ServiceFacts(uuid=CARERS, name="Carers’ Hearth", phone="020 7946 0109")
        return LocalServices("m", {"carers": LocalKind("Carers", "/d/?k=carers", facts, "/d/c/")})

    def found(self, key: uuid.UUID) -> Found | None:
        return self.entries.get(str(key))

    def search_for(self, attempt: uuid.UUID) -> str:
        return f"/d/for/{attempt}/"


def choice(id: str, leads_to: str, *found_by: str, **fields: Any) -> CaseChoice:
    return CaseChoice(
        **{
            "id": id,
            "text": f"Do {id}",
            "quality": ChoiceQuality.PARTLY,
            "happened": f"<p>After {id}.</p>",
            "leads_to": leads_to,
            "silent": "Nobody was there.",
            "found_by": tuple(sorted(found_by)),
            **fields,
        }
    )


def decision(*choices: CaseChoice, **fields: Any) -> Decision:
    chosen = choices or (
        choice("rails", "table", "occupational-therapy", contacts=(ServiceRef(kind="carers"),)),
        choice("company", "table", "carers", "home-care"),
        choice("other", "home", otherwise=True),
    )
    return Decision(**{"question": "Whom?", "choices": chosen, "finds": True, **fields})


def case(found: Decision | None = None) -> Case:
    """A door at which a service is found, a table with an ordinary decision, and an ending."""

    def scene(id: str, decision: Decision | None = None) -> Scene:
        told = (Text(id=f"{id}-t", html=f"<p>At the {id}.</p>"),)
        return Scene(id=id, title=f"The {id}", narrative=told, decision=decision)

    table = content.Decision(question="Now?", choices=(choice("a", "home"), choice("b", "home")))
    scenes = (scene("door", found or decision()), scene("table", table), scene("home"))
    return factories.case(scenes=scenes, facts=())
