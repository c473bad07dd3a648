"""A session written as a file."""

from typing import Any

from cms.models import SessionPage
from cms.portable.notes import with_notes
from cms.portable.session import BODIES, part_key
from cms.portable.write import Writer, without_empty
from curriculum.content import Session


def session_data(page: SessionPage, content: Session, writer: Writer) -> dict[str, Any]:
    """The fields of the file that are a session's own. Raises CannotWrite."""
    bodies = {
        said: writer.body(
            with_notes(getattr(content, name), getattr(page, name)),
            part_key(page.translation_key, name),
        )
        for said, name in BODIES.items()
    }
    plan = bodies.pop("plan")
    rules = list(content.ground_rules)
    return {**without_empty({**bodies, "ground_rules": rules}), "plan": plan}
