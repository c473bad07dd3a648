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
_KNOWN = {word: field for field, words in _HEADINGS.items() for word in words.split()}


def bare(text: str) -> str:
    """Letters and digits alone, in lower case, without accents: how headings are compared."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parted if c.isalnum())


def recognise(header: Sequence[str]) -> dict[str, int]:
    """For each thing that a heading names, the first column that does."""
    found: dict[str, int] = {}
    for number, heading in enumerate(header):
        field = _KNOWN.get(bare(re.sub(r"\(.*?\)", "", heading)))
        if field and field not in found:
            found[field] = number
    return found


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
