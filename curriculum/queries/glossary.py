"""The glossary, read once for everybody until a term changes."""

from curriculum.glossing import Gloss, Glossary, glossary_of
from curriculum.models import Term
from curriculum.queries.catalogue import Shelf


def glossary(shelf: Shelf) -> Glossary:
    """All terms by name, with what finds them in a text."""
    return shelf.get("glossary", _read)


def _read() -> Glossary:
    return glossary_of(
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
