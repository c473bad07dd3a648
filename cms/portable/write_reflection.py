"""A reflection written as a file."""

from typing import Any

from cms.models import ReflectionPage
from cms.portable.notes import upkeep, with_notes
from cms.portable.text import markdown
from cms.portable.write import Writer, without_empty
from curriculum.content import Prompt, Reflection


def reflection_data(page: ReflectionPage, content: Reflection, writer: Writer) -> dict[str, Any]:
    """The fields of the file that are a reflection's own. Raises CannotWrite."""
    kept = {child.id: child.value for child in page.prompts}
    body = with_notes(content.body, page.body)
    return {
        **without_empty({"introduction": writer.body(body, page.translation_key)}),
        "prompts": [{**_prompt(p), **upkeep(kept[p.id])} for p in content.prompts],
    }


def _prompt(prompt: Prompt) -> dict[str, Any]:
    suggests = prompt.words_from or prompt.words_to
    return {
        "id": prompt.id,
        "question": prompt.question,
        "model": prompt.model.value,
        "required": prompt.is_required,
        **({"words": [prompt.words_from, prompt.words_to]} if suggests else {}),
        "least": prompt.least,
        **without_empty(
            {
                "instead": prompt.instead,
                "outcomes": list(prompt.outcomes),
                "guidance": markdown(prompt.guidance),
            }
        ),
        "gp": markdown(prompt.gp),
        "social_worker": markdown(prompt.social_worker),
        **without_empty({"exemplar": prompt.exemplar}),
    }
