"""The glossary's page; open to everybody, like what it explains words of."""

import unicodedata

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from curriculum.glossing import Gloss
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.glossary import glossary
from curriculum.text import clean_line

LONGEST_QUERY = 100  # characters


def terms(request: HttpRequest) -> HttpResponse:
    """Every term by the alphabet, or those that a search finds."""
    query = clean_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    found = [term for term in glossary(shelf_of(request)).terms if _fits(term, query)]
    letters: dict[str, list[Gloss]] = {}
    for term in found:
        letters.setdefault(_letter(term), []).append(term)
    context = {"query": query, "letters": list(letters.items()), "count": len(found)}
    return render(request, "curriculum/glossary.html", context)


def _fits(term: Gloss, query: str) -> bool:
    words = query.casefold().split()
    text = " ".join((*term.spellings, term.definition)).casefold()
    return all(word in text for word in words)


def _letter(term: Gloss) -> str:
    first = unicodedata.normalize("NFKD", term.term)[:1].upper()  # É stands under E
    return first if first.isalpha() else "0–9"
