"""Everyday words made comparable: no case, accents, little words or endings."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

LONGEST = 200  # characters of what somebody types that are read
# They stand in every sentence and say nothing about what is needed.
LITTLE = frozenset(
    "a about an and any are as at be been being but by can could did do does for from had has have "
    "he her hers him his i if im in into is it its ive just me my myself of on or our out she so "
    "some somebody someone than that the their them then there they this to too very was we were "
    "what when where which who whom why will with would you your please since cant cannot "
    "unable not no need needs needed help want wants wanted get gets getting got keep keeps still "
    "person patient pt man woman lady gentleman".split()
)
_stemmer = snowballstemmer.stemmer("english")


def words_of(text: str) -> list[str]:
    """The words that say something, in their order: “She can't wash her hair” gives wash, hair."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST].lower())
    plain = re.sub(r"['’`\u0300-\u036f]", "", plain)
    return [word for word in re.findall(r"[a-z0-9]+", plain) if word not in LITTLE]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending: washing, washed and wash are one."""
    found: str = _stemmer.stemWord(word)
    return found


def stems(text: str) -> frozenset[str]:
    """The stems of the words of a text."""
    return frozenset(stem(word) for word in words_of(text))
