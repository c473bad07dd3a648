"""Which column of a list holds what, guessed from its headings. No database."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

FIELDS = {
    "email": "E-mail address",
    "full_name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "profession": "Profession",
    "student_number": "Student number",
    "group": "Group",
}

# As bare letters and digits in lower case, without accents.
_HEADINGS = {
    "email": (
        "email emailaddress mail mailaddress emailid universityemail uniemail studentemail "
        "collegeemail workemail primaryemail emailprimary login userprincipalname upn"
    ),
    "full_name": (
        "name fullname studentname learnername displayname participant participantname learner "
        "student nameinfull"
    ),
    "first_name": (
        "firstname firstnames forename forenames givenname givennames preferredname knownas"
    ),
    "last_name": "lastname lastnames surname surnames familyname familynames secondname",
    "profession": (
        "profession professionalgroup discipline role course programme program degree subject "
        "school studentof"
    ),
    "student_number": (
        "studentnumber studentno studentid studentnr studentnum number id idnumber cid "
        "matriculationnumber matriculationno registrationnumber candidatenumber universityid "
        "sid username"
    ),
    "group": "group groupname tutorgroup seminargroup team class cluster set smallgroup",
}
# Of two columns that could be the same thing, the one whose heading stands earlier here is it.
_KNOWN = {
    word: (field, place)
    for field, words in _HEADINGS.items()
    for place, word in enumerate(words.split())
}


def bare(text: str) -> str:
    """Letters and digits alone, in lower case, without accents: how headings are compared."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parted if c.isalnum())


def recognise(header: Sequence[str]) -> dict[str, int]:
    """For each thing that a heading names, the column whose heading names it best."""
    found: dict[str, tuple[int, int]] = {}
    for number, heading in enumerate(header):
        known = _KNOWN.get(bare(re.sub(r"\(.*?\)", "", heading)))
        if known:
            field, place = known
            found[field] = min(found.get(field, (place, number)), (place, number))
    if {"first_name", "last_name"} <= set(found):
        found.pop("full_name", None)
    elif "full_name" in found:
        found.pop("first_name", None)
        found.pop("last_name", None)
    return {field: number for field, (_, number) in found.items()}


def problems_with(columns: Mapping[str, int]) -> list[str]:
    """What keeps these columns from being used, in words."""
    said = []
    if "email" not in columns:
        said.append("Say which column holds the e-mail address.")
    if "full_name" in columns and {"first_name", "last_name"} & set(columns):
        said.append(
            "Choose either the column with the full name or those with first and last name."
        )
    return said
