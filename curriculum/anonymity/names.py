"""Names of people and places, told by the title before them or the noun after them."""

import re

from curriculum.anonymity.forms import Finder, Span, any_of, as_found
from curriculum.enums import HintKind

_CAPITAL = "".join(
    c for c in map(chr, [*range(0x41, 0x250), *range(0x1E00, 0x1F00)]) if c.isupper()
)
_LETTER = r"[^\W\d_]"
_NO_SURNAME = any_of(
    "She He They It We You I The This That These Those There Then When While After Before But And"
    " So If In On At To Of For My Her His Our Their What Who Why How As Not No Yes Although However"
    " Because Monday Tuesday Wednesday Thursday Friday Saturday Sunday Practitioners? Specialists?"
    " Consultants? Managers? Associates? Prescribers? Leads? Led Educators? Students? Google"
)
_SURNAME = (
    rf"(?!{_NO_SURNAME}\b)"
    r"(?:(?:d[aeiou]s?|del|della|l[ae]|v[ao]n|de[rn]|te[rn]|bin|ibn|bint|[ae]l|ap|St\.?)[\s-]){0,2}"
    rf"[{_CAPITAL}](?:['’][{_CAPITAL}])?{_LETTER}{{1,30}}(?:[‐‑-]{_LETTER}{{1,30}}){{0,3}}"
)
_TITLE = (
    r"(?:(?:M(?:rs?|RS?|s|x)|mrs?|D[rR]|dr|Prof)(?:\.\s{0,2}|\s{1,3})"
    r"|(?:Miss|MISS|Professor|Doctor|Sir|Dame|Nurse|Sister|Matron)\s{1,3})"
)
# One initial with a full stop is a surname's only after Dr: “I visited Mrs A. Nobody was in.”
_NAME = re.compile(
    rf"\b(?P<it>(?:M(?:r|rs|s|iss)\s(?:and|&)\s)?{_TITLE}"
    rf"(?:(?:[{_CAPITAL}]\.\s?){{2,3}}|(?:[{_CAPITAL}]\s){{1,3}}|(?<=Dr\s)[{_CAPITAL}]\.\s?)?"
    rf"{_SURNAME}(?:[ \u00a0](?![{_CAPITAL}]{{2}}){_SURNAME}){{0,2}})"
)

_PLACE_NOUN = (
    r"(?P<noun>(?:[Cc]are|[Nn]ursing|[Rr]esidential|[Rr]est|[Cc]hildren['’]s)\s[Hh]ome"
    r"|(?:[Hh]ealth|[Mm]edical|[Dd]ay|[Cc]ommunity|[Cc]hildren['’]s)\s[Cc]entre"
    r"|(?:[Ww]ard|[Ss]urgery|[Hh]ospital|[Hh]ospice|[Ii]nfirmary|[Pp]ractice|[Ss]chool)"
    r"|Academy|Nursery|House|Lodge|Grange|Manor)"
)
_PROPER = (
    rf"(?:St\.?|[{_CAPITAL}]{_LETTER}{{0,30}}(?:['’]{_LETTER}{{0,12}})?"
    rf"(?:-{_LETTER}{{1,30}}){{0,3}})"
)
_NAMED_PLACE = re.compile(rf"(?<![\w'’-])(?P<it>(?:{_PROPER}\s{{1,2}}){{1,5}}{_PLACE_NOUN})(?!\w)")
_OTHER_PLACES = (
    rf"\b(?P<it>(?:{_PROPER}\s)?(?:Hospitals?|Infirmary)\sof\s{_PROPER})(?!\w)",
    rf"\b(?P<it>St\.?\s[{_CAPITAL}]{_LETTER}{{1,30}}['’]s?)(?!\w|\s[Ww]ort)",
    r"\b(?P<it>Ward\s(?:[A-Z]?[0-9]{1,3}[A-Za-z]?|[A-HJ-Z](?!&)))(?!\w|[.:][0-9])",
    r"(?<!\bthe\s)(?<!\b[Aa]\s)(?<!\bmy\s)(?<!\bour\s)\b(?P<it>ward\s[A-Za-z]?[0-9]{1,2}[A-Za-z]?)"
    r"(?!\w|[.:%][0-9]|\s(?:hours|minutes|days|weeks|times|patients|people|beds))",
)
_LEADING = frozenset(
    "a an the this that every each any no some one another which what my our your her his their its"
    " on at in to from of for by with and but so or as when while after before since until near"
    " both all most mum's dad's i we she he they it".split()
)
# Words that stand before such a noun without naming anything.
_GENERIC = frozenset(
    "nhs local general district community cottage teaching university royal private public county"
    " regional national specialist st"  # whose
    " acute medical surgical medicine surgery maternity labour delivery antenatal postnatal stroke"
    " dementia elderly older old age frailty respiratory cardiac coronary renal cancer orthopaedic"
    " trauma burns children's neonatal mental health rehabilitation rehab admissions assessment"
    " discharge observation isolation covid intensive high dependency care day virtual emergency"
    " inpatient outpatient open locked secure mixed male female men's women's"  # for what
    " hip knee cataract heart brain spinal bowel bariatric elective plastic cosmetic dental eye"
    " keyhole major minor"  # operations
    " gp family social work worker practice nursing residential home hospital ward good best safe"
    " rural urban inner-city clinical reflective professional interprofessional anti-oppressive"
    " anti-racist anti-discriminatory evidence-based evidence ethical legal current daily everyday"
    " advanced group learning educational"  # of what kind
    " primary secondary grammar special boarding infant junior nursery summer law business graduate"
    " new big small large busy british english scottish welsh irish full halfway chatham white"
    " monday tuesday wednesday thursday friday saturday sunday consultant post-take morning evening"
    " weekend night".split()
)
_SPECIALITY = re.compile(r".{3,}(?:olog(?:y|ical)|iatr(?:y|ic|ics))", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.!?:…\n]['’”\")]?)\s{0,4}[‘“\"'(]?$")
_WORD = re.compile(r"\S+")
_ORDINARY_NOUNS = frozenset({"surgery", "practice", "school"})


def _is_generic(word: str) -> bool:
    plain = word.lower().rstrip(".").replace("’", "'")
    return word.isupper() or plain in _GENERIC or bool(_SPECIALITY.fullmatch(plain))


def _named_place(match: re.Match[str]) -> Span | None:
    """A noun with a proper name before it: “Fraser ward”, not “the Stroke Ward” or “NHS hospital”.

    The capital that opens a sentence says nothing: “Cataract surgery” isn't a place.
    """
    text, (start, end) = match.string, match.span("it")
    words = list(_WORD.finditer(text, start, match.start("noun")))
    while words and words[0][0].lower() in _LEADING:
        words.pop(0)
    if all(_is_generic(word[0]) for word in words):
        return None
    start = words[0].start()
    is_opening = len(words) == 1 and _SENTENCE_START.search(text, max(0, start - 8), start)
    return None if is_opening and match["noun"] in _ORDINARY_NOUNS else (start, end)


FINDERS: tuple[Finder, ...] = (
    (HintKind.NAME, _NAME, as_found),
    (HintKind.PLACE, _NAMED_PLACE, _named_place),
    *((HintKind.PLACE, re.compile(place), as_found) for place in _OTHER_PLACES),
)
