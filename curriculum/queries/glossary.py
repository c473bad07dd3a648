"""The glossary, read once for everybody until a term changes."""

from typing import cast

from curriculum.glossing import Gloss, Glossary, glossary_of
from curriculum.models import Term
from curriculum.queries.catalogue import Shelf
from curriculum.signals import roles_wanted


def glossary(shelf: Shelf) -> Glossary:
    """All terms by name, with what finds them in a text."""
    return shelf.get("glossary", _read)


def _read() -> Glossary:
    terms = (
        Gloss(
            slug=term.slug,
            term=term.term,
            definition=term.definition,
            spellings=term.spellings,
            source=term.source,
            source_url=term.source_url,
            see_also=term.see_also,
        )
        for term in Term.objects.all()
    )
    roles: dict[str, str] = {}
    for _, found in roles_wanted.send(sender=Term):
        roles.update(cast(dict[str, str], found))
    return glossary_of(terms, roles)
