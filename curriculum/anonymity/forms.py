"""What has a form of its own: numbers, addresses, dates of birth and great ages."""

import re
from collections.abc import Callable

from curriculum import clock
from curriculum.enums import HintKind

Span = tuple[int, int]
# A pattern with the group `it`, and what of a match is a hint, if anything.
Finder = tuple[HintKind, re.Pattern[str], Callable[[re.Match[str]], Span | None]]


def as_found(match: re.Match[str]) -> Span | None:
    return match.span("it")


def any_of(words: str) -> str:
    """A pattern for any of these words."""
    return f"(?:{'|'.join(words.split())})"


# --- Numbers and addresses

_NHS_NUMBER = re.compile(
    r"(?<![\w£-])(?P<it>[0-9]{3}[\s‐‑–-]{0,3}[0-9]{3}[\s‐‑–-]{0,3}[0-9]{4})(?!\w|-[0-9])"
)
_ISBN = re.compile(r"\bISBN\b[^.!?]{0,12}$", re.IGNORECASE)


def _is_isbn(match: re.Match[str]) -> bool:
    return bool(_ISBN.search(match.string, max(0, match.start() - 20), match.start()))


def _nhs_number(match: re.Match[str]) -> Span | None:
    """Ten digits with a right check digit (modulus 11, NHS Data Dictionary).

    An old ISBN has the same check, so one that says so is let be.
    """
    digits = (int(c) for c in match["it"] if c.isdigit())
    total = sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
    return match.span("it") if total % 11 == 0 and not _is_isbn(match) else None


# BS 7666: area, district, then a digit and two letters that are not C, I, K, M, O or V.
_POSTCODE = re.compile(
    r"(?<![\w-])(?P<it>(?P<area>"
    + any_of(
        "AB AL BA BB BD BH BL BN BR BS BT B CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT"
        " DY EC EH EN EX E FK FY GL GU GY G HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY LA"
        " LD LE LL LN LS LU L ME MK ML M NE NG NN NP NR NW N OL OX PA PE PH PL PO PR RG RH RM SA SE"
        " SG SK SL SM SN SO SP SR SS ST SW SY S TA TD TF TN TQ TR TS TW UB WA WC WD WF WN WR WS WV"
        " W YO ZE"
    )
    + r")(?P<district>[0-9]{1,2}|[0-9][A-Z])"
    r"(?P<gap>\s{0,2})(?P<inward>[0-9][ABD-HJLNP-UW-Z]{2}))(?!\w)",
    re.IGNORECASE,
)
_LETTERED_AREAS = frozenset("E EC N NW SE SW W WC".split())  # central London: EC1V, W1T
_MEASURE = re.compile(r"1st|2nd|3rd|[04-9]th|.(?:ug|ng|hr|yr|wk|gy|db|bd|ds)", re.IGNORECASE)


def _postcode(match: re.Match[str]) -> Span | None:
    """A full postcode; outside capitals only with its space, and unless it reads as “B12 2nd”."""
    if match["district"][-1].isalpha() and match["area"].upper() not in _LETTERED_AREAS:
        return None
    in_capitals = match["it"].isupper()
    reads_otherwise = not match["gap"] or _MEASURE.fullmatch(match["inward"])
    return match.span("it") if in_capitals or not reads_otherwise else None


# Three digits of the code stand together, or a date with hyphens would be one.
_PHONE = re.compile(
    r"""(?<![\w£$/+-])(?<![0-9][.,])(?P<it>
        (?:(?:(?:\+|00)44[\s().–-]{0,2}(?:\(0\)|0)?[\s().–-]{0,2}|(?:\((?=[0-9]{3,6}\)))?0)
           (?:2[03489](?:[\s().–-]{0,2}[0-9]){8}|[13789][0-9]{2}(?:[\s().–-]{0,2}[0-9]){6,7})
         | \+(?!44)[1-9](?:[\s().–-]{0,2}[0-9]){8,13})
        (?:[\s,]{0,2}(?:ext(?:ension|n)?\.?|x)\s?[0-9]{2,6})?
      | (?:ext\.?|extn\.?|extension)\s[0-9]{4,5}
    )(?![\w:])""",
    re.IGNORECASE | re.VERBOSE,
)


def _phone(match: re.Match[str]) -> Span | None:
    return None if _is_isbn(match) else match.span("it")


_EMAIL = re.compile(r"(?<![\w.+-])(?P<it>\w[\w.+'’-]{0,63}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,6})")


# --- Dates of birth and great ages

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_FULL_DATE = re.compile(
    rf"""(?<![\w/.-])(?P<it>
        {_DAY}(?:st|nd|rd|th)?[\s-]{{0,2}}(?:of\s)?{_MONTH}[\s.,-]{{1,3}}{_YEAR}
      | {_MONTH}\s{_DAY}(?:st|nd|rd|th)?[\s,]{{1,2}}{_YEAR}
      | {_DAY}\s?[/.-]\s?{_NUMBER}\s?[/.-]\s?{_YEAR}
      | {_YEAR}-{_NUMBER}-{_DAY}
    )(?![\w/]|[.-][0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
_PART_DATE = re.compile(
    rf"""(?<![\w/.-])(?P<it>
        {_DAY}(?:st|nd|rd|th)?[\s-]{{0,2}}(?:of\s)?{_MONTH}(?:[\s-]['’]?[0-9]{{2}})?
      | {_MONTH}[\s,]{{1,2}}{_YEAR}
      | {_DAY}\s?[/.-]\s?{_NUMBER}\s?[/.-]\s?[0-9]{{2}}
      | (?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:{_YEAR}|[0-9]{{2}})
    )(?![\w/]|[.-][0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
_BIRTH = r"(?:\bd\.?\s?o\.?\s?b\b\.?|\bdate\s{1,3}of\s{1,3}birth\b|\bbirth\s?da(?:te|y)\b)"
_BORN_BEFORE = re.compile(rf"(?:\bborn\b|{_BIRTH})[^.!?0-9]{{0,24}}$", re.IGNORECASE)
_BORN_AFTER = re.compile(
    rf"[\s(–-]{{0,3}}(?:(?:is|was|as)\s)?(?:\w{{3,5}}\s)?{_BIRTH}", re.IGNORECASE
)


def _beside_birth(match: re.Match[str]) -> Span | None:
    """A date in any form, with “born”, “DOB” or “date of birth” just before or after it."""
    text, (start, end) = match.string, match.span("it")
    near = _BORN_BEFORE.search(text, max(0, start - 44), start) or _BORN_AFTER.match(text, end)
    return (start, end) if near else None


def _birth_date(match: re.Match[str]) -> Span | None:
    """A full date by itself is one of birth if it lies between 18 and 120 years back.

    Students date what they did and the law they quote to recent years, and write a month and year
    rather than the day. A child's date of birth is found by the word beside it.
    """
    year = int(re.findall(r"[0-9]{4}", match["it"])[0])
    is_an_adults = 18 <= clock.today().year - year <= 120
    return match.span("it") if is_an_adults else _beside_birth(match)


_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_OVER_89 = (
    rf"(?:9[0-9]|1[0-2][0-9]|ninety(?:[\s-](?:{_UNITS}))?"
    rf"|(?:a|one)\shundred(?:\sand\s(?:{_UNITS}|ten))?)"
)
_NO_MEASURE = (
    r"(?![\w%/+]|[.,:–-][0-9]|\s?(?:%|per\s?cent|kg|cm|mg|ml|mmhg|bpm|degrees|points|miles|yards"
    r"|metres|pounds|minutes|hours|days|weeks|months|people|pages|in\snumber|on\s(?:air|room)"
    r"|out\sof|over|to\s[0-9])\b|\s(?:and|or)\s(?:over|older|above))"
)
_SOMEBODY = any_of(
    "she he who patient resident client mother father mum dad gran gran(?:ny|dad|ma|pa)"
    " grand(?:mother|father) nan aunt uncle husband wife neighbour lady woman man gentleman"
)
_AGES = (
    rf"(?<![\w.,£/–-])(?<!over\s)(?<!than\s)(?P<it>{_OVER_89}[\s-]{{0,2}}"
    r"(?:(?:years?|yrs?)[\s-]{1,2}(?:old|of\sage)|y\.?/?o)\b)"
    r"(?!\s(?:building|house|hospital|school|tradition|law|tree))",
    rf"\b(?:aged?:?|age\sof|turn(?:ed|ing)|died\sat|{_SOMEBODY}\sof)\s(?P<it>{_OVER_89}){_NO_MEASURE}",
    rf"\b{_SOMEBODY}(?:['’]s|\sis|\swas|\swill\sbe)(?:\s(?:now|nearly|almost|already|about|only))?"
    rf"\s(?P<it>{_OVER_89}){_NO_MEASURE}",
    r"(?<=[^\W\d_],\s)(?P<it>9[0-9])(?=,\s)",  # “Mrs A, 93, lives alone”
    r"\b(?P<it>(?:(?:9[0-9]|1[0-2][0-9])(?:th|st|nd|rd)|ninetieth|hundredth)\sbirthday)\b",
)


FINDERS: tuple[Finder, ...] = (
    (HintKind.NHS_NUMBER, _NHS_NUMBER, _nhs_number),
    (HintKind.BIRTH_DATE, _FULL_DATE, _birth_date),
    (HintKind.BIRTH_DATE, _PART_DATE, _beside_birth),
    (HintKind.POSTCODE, _POSTCODE, _postcode),
    (HintKind.PHONE, _PHONE, _phone),
    (HintKind.EMAIL, _EMAIL, as_found),
    *((HintKind.AGE, re.compile(age, re.IGNORECASE), as_found) for age in _AGES),
)
