"""The content check: a sound folder passes; each rule is broken once. No database anywhere."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.portable.content_check import Checked, check_content
from cms.portable.content_words import (
    Known,
    Spellings,
    avoided,
    left_over,
    link_faults,
    marks,
    without_quotations,
)
from cms.readability import reading_grade
from cms.starter import PROGRAMME
from curriculum.glossing import Gloss

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 90"><g class="fill-gp"/></svg>'
HARD = (
    "Notwithstanding considerable organisational heterogeneity, interprofessional collaboration "
    "necessitates systematically institutionalised communicative responsibilities. "
)
FILES = {
    "programme.yaml": """
key: 00000000-0000-4000-8000-000000000001
title: Doors
slug: doors
summary: On doors.
covers: [doors]
modules: [m1]
""",
    "references.yaml": """
R1:
  text: Care Act 2014.
  url: https://www.legislation.gov.uk/ukpga/2014/23/contents
R2:
  text: Door Act 1999.
""",
    "glossary.yaml": """
best-interests:
  term: best interests
  definition: What is best for somebody who cannot decide.
reablement:
  term: reablement
  definition: Help to do things again.
""",
    "m1/module.yaml": """
key: 00000000-0000-4000-8000-000000000002
title: One
slug: one
summary: The first.
outcomes: [open a door]
activities: [read.md, ask.yaml, play.yaml, write.yaml]
body: overview.md
""",
    "m1/overview.md": "What this is about.\n",
    "m1/drawings/door.svg": DRAWING,
    "m1/read.md": """---
key: 00000000-0000-4000-8000-000000000003
title: Read
slug: read
minutes: 1
---

The council must assess, in her best interests, with reablement first [@R1]. See [the
quiz](key:00000000-0000-4000-8000-000000000004).

::: figure
file: drawings/door.svg
alternative: A door stands open.
:::

::: references
- R1
:::
""",
    "m1/ask.yaml": """
key: 00000000-0000-4000-8000-000000000004
title: Ask
slug: ask
questions:
  - id: q1
    kind: single-best-answer
    stem: Who opens it?
    reference: R2
    options:
      - {id: a, text: She does, feedback: "Yes, she does.", correct: true}
      - {id: b, text: He does, feedback: "No, she does."}
""",
    "m1/play.yaml": """
key: 00000000-0000-4000-8000-000000000005
title: Play
slug: play
role: You stand at a door.
roles:
  Medical student: You stand at a door, and you are shy.
cast:
  - {id: ada, name: Ada, voice: person, description: lives here, portrait: woman}
  - {id: gil, name: Gil, voice: gp, description: GP, portrait: man}
  - {id: sam, name: Sam, voice: social-worker, description: social worker, portrait: man}
scenes:
  - id: door
    title: The door
    narrative: The door is shut.
    decision:
      question: What do you do?
      choices:
        - id: knock
          text: Knock
          quality: strong
          happened: She opens.
          leads_to: inside
          views:
            - {who: ada, text: Somebody knocks.}
            - {who: gil, text: Good.}
            - {who: sam, text: Good too.}
        - id: leave
          text: Leave
          quality: poor
          happened: Nothing.
          leads_to: inside
          views:
            - {who: ada, text: Nobody came.}
            - {who: gil, text: Hm.}
            - {who: sam, text: Oh.}
  - {id: inside, title: Inside, narrative: The end., ending: true}
""",
    "m1/write.yaml": """
key: 00000000-0000-4000-8000-000000000006
title: Write
slug: write
prompts:
  - id: one
    question: What did you see?
    model: three-questions
    words: [300, 400]
    gp: That you looked.
    social_worker: That you asked.
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.removeprefix("\n"), "utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in check_content(folder).problems]


def test_a_sound_folder_passes_and_its_pages_are_counted(folder: Path) -> None:
    checked = check_content(folder)
    assert checked.problems == []
    rows = {row.file: row for row in checked.rows}
    assert set(rows) == {
        f"m1/{n}" for n in "module.yaml read.md ask.yaml play.yaml write.yaml".split()
    }
    assert rows["m1/read.md"].words > 10
    assert (rows["m1/read.md"].minutes, rows["m1/read.md"].reckoned) == (1, 1)
    assert rows["m1/read.md"].sources == 1
    assert rows["m1/read.md"].grade is None  # too short for one
    assert checked.modules == {"m1": 1 + 2 + 2 + 21}


BROKEN: dict[str, tuple[str, str, str, str]] = {  # file, old, new, what is said
    "no outcomes": ("m1/module.yaml", "[open a door]", "[]", "module.yaml: Choose at least one"),
    "too few minutes": ("m1/write.yaml", "[300, 400]", "[10, 20]", "The module takes 7 minutes"),
    "too many minutes": ("m1/write.yaml", "[300, 400]", "[1500, 2000]", "takes 106 minutes"),
    "no source in a module": ("m1/read.md", "::: references\n- R1\n:::\n", "", "names a source"),
    "a source that is cited and not listed": (
        "m1/read.md",
        "[@R1]",
        "[@R1] [@R2]",
        "read.md:7: R2 is cited here but stands in no list",
    ),
    "a source that nobody has": ("m1/read.md", "- R1\n", "- R1\n- R9\n", "no source “R9”"),
    "a source that is listed and not cited": (
        "m1/read.md",
        "- R1\n",
        "- R1\n- R2\n",
        "read.md:18: R2 is listed here and cited nowhere",
    ),
    "an option without feedback": (
        "m1/ask.yaml",
        'feedback: "No, she does."',
        'feedback: ""',
        "ask.yaml:5: Write feedback",
    ),
    "a choice without the person": (
        "m1/play.yaml",
        "            - {who: ada, text: Nobody came.}\n",
        "",
        "play.yaml:12:",
    ),
    "a choice without one profession": (
        "m1/play.yaml",
        "            - {who: gil, text: Hm.}\n",
        "",
        "play.yaml:28: This choice is not seen from the seat of the GP",
    ),
    "a scene that leads nowhere": (
        "m1/play.yaml",
        "leads_to: inside",
        "leads_to: outside",
        "play.yaml:12: There is no “outside” in this file.",
    ),
    "a figure without its alternative": (
        "m1/read.md",
        "alternative: A door stands open.\n",
        "",
        "read.md:11: Describe the picture",
    ),
    "a drawing with a script": ("m1/drawings/door.svg", "<g ", "<g onload='x' ", "onload"),
    "a mark": (
        "m1/read.md",
        "The council must",
        "The council† must",
        "read.md:8: Learners would see “†”",
    ),
    "a mark in a view": ("m1/play.yaml", "text: Oh.", "text: TODO", "see “TODO”"),
    "a mark among the sources": (
        "references.yaml",
        "Door Act 1999.",
        "Door Act [unverified].",
        "[unverified]",
    ),
    "markup left over": (
        "m1/read.md",
        "[@R1]. See",
        "[@R1. See",
        "read.md:8: Left over in the text: “[@R1”",
    ),
    "a word that turns a person into a problem": (
        "m1/read.md",
        "The council",
        "The council and the elderly. The council",
        "read.md:8: “the elderly”: say it another way, or in quotation marks.",
    ),
    "too hard": ("m1/read.md", "The council", HARD * 12 + "The council", "; 11 is the ceiling"),
    "other minutes than words": (
        "m1/read.md",
        "minutes: 1",
        "minutes: 9",
        "read.md:5: Learners are told 9 minutes; reckoned are 1.",
    ),
    "a link to nowhere": (
        "m1/read.md",
        "](key:00000000-0000-4000-8000-000000000004)",
        "](key:10000000-0000-4000-8000-000000000004)",
        "read.md:9: The link “key:1",
    ),
    "a source's address": (
        "references.yaml",
        "https://www.",
        "www.",
        "references.yaml:3: The link",
    ),
    "a spelling": (
        "m1/read.md",
        "reablement",
        "re-ablement",
        "read.md:8: “re-ablement”: the glossary",
    ),
    "a file that nothing names": (
        "m1/module.yaml",
        "read.md, ",
        "",
        "m1/read.md: Nothing names this file",
    ),
    "a module that is not listed": ("programme.yaml", "[m1]", "[]", "does not list this module"),
    "a file that cannot be read": (
        "m1/ask.yaml",
        "kind: single",
        "kind: [single",
        "Not valid YAML",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_can_fail(name: str, folder: Path) -> None:
    file, old, new, said = BROKEN[name]
    change(folder, file, old, new)
    assert any(said in problem for problem in told(folder)), told(folder)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # What only authors see may say what it likes, and so may what sources are called.
        ("m1/read.md", "::: figure", "::: check\ntext: TODO look at † again\n:::\n\n::: figure"),
        ("m1/ask.yaml", "    reference: R2", "    reference: R2\n    check: TBC [unverified]"),
        ("references.yaml", "Door Act 1999.", "Re-ablement. Best-Interests."),
        ("m1/read.md", "The council must", "Best interests and Reablement. The council must"),
        ("m1/read.md", "The council must", "The Best Interests Panel. The council must"),
        ("m1/read.md", "The council must", f"> {HARD * 12}[@R1]\n\nThe council must"),
        ("m1/ask.yaml", "    reference: R2\n", ""),  # told in the table, and no fault
        ("m1/ask.yaml", "slug: ask", "slug: ask\nminutes: 3"),
    ],
)
def test_what_is_no_fault_is_not_told(name: str, old: str, new: str, folder: Path) -> None:
    change(folder, name, old, new)
    assert told(folder) == []


def test_a_choice_needs_no_view_of_who_is_not_in_the_case(folder: Path) -> None:
    path = folder / "m1/play.yaml"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if "gil" not in line), "utf-8")
    assert told(folder) == []


def test_a_module_by_itself_and_pages_of_text_can_be_checked(folder: Path) -> None:
    (folder / "references.yaml").rename(folder / "m1/references.yaml")
    assert told(folder / "m1") == []
    (folder / "programme.yaml").unlink()
    (folder / "pages").mkdir()
    text = FILES["m1/read.md"].replace("[@R1]", "TODO").split("::: figure")[0]
    (folder / "pages/about.md").write_text(text, "utf-8")
    assert told(folder / "pages") == ["about.md:8: Learners would see “TODO”."]


# ── Words ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 per cent†", ["†"]),
        ("So it is [unverified].", ["[unverified]"]),
        ("So it is [unverified: ask Ann].", ["[unverified: ask Ann]"]),
        ("So it is [citation needed].", ["[citation needed]"]),
        ("TODO and TBC", ["TODO", "TBC"]),
        ("What??", ["??"]),
        ("An unverified account? To do: check the door [R12, page 4].", []),
        ("The tbc and the todos of the day", []),
    ],
)
def test_marks_of_drafts_are_found(text: str, found: list[str]) -> None:
    assert marks(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see [@R1", ["[@R1"]),
        (
            "see [this](key:x)",
            [
                "](",
            ],
        ),
        ("**bold", ["**"]),
        ("Look at www.example.org/x now", ["www.example.org/x"]),
        ("R&D at 3 < 4, and number #2", []),
    ],
)
def test_markup_that_was_not_understood_is_found(text: str, found: list[str]) -> None:
    assert left_over(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A bed blocker.", ["bed blocker"]),
        ("She suffers from delirium; he is non-compliant.", ["suffers from", "non-compliant"]),
        ("Never say “bed blocker”, or “just a carer”.", []),
        ("The elderly woman waits for a lift.", ["The elderly"]),
        ("An elderly couple. A demented look.", ["demented"]),
    ],
)
def test_words_that_the_editorial_policy_does_without_are_found_outside_quotation_marks(
    text: str, found: list[str]
) -> None:
    assert avoided(text) == found


@pytest.mark.parametrize(
    ("target", "is_sound"),
    [
        ("https://www.gov.uk/x?y=1#z", True),
        ("key:00000000-0000-4000-8000-000000000004", True),
        ("key:00000000-0000-4000-8000-00000000000f", False),
        ("key:4", False),
        ("#duties", True),
        ("#", False),
        ("/glossary/", True),
        ("/doors/one/", True),
        ("/windows/", False),
        ("mailto:a.b@example.org", True),
        ("mailto:a.b", False),
        ("tel:+441234567890", True),
        ("tel:999", True),
        ("tel:emergency", False),
        ("http://localhost/x", False),
        ("https//www.gov.uk", False),
        ("www.gov.uk", False),
        ("https://[broken/", False),
        ("", False),
    ],
)
def test_links_are_well_formed_or_told_with_their_line(target: str, is_sound: bool) -> None:
    known = Known(frozenset({"00000000-0000-4000-8000-000000000004"}), frozenset({"doors"}))
    found = list(link_faults(f"One.\nSee [it]({target}).", known))
    assert [line for line, _ in found] == ([] if is_sound else [2])


def test_a_module_by_itself_may_link_to_others() -> None:
    link = "[it](key:00000000-0000-4000-8000-00000000000f)"
    assert list(link_faults(link, Known(frozenset(), is_whole=False))) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("A carer's assessment, or carers’ assessment.", []),
        ("A carers assessment.", [("carers assessment", "carer's assessment")]),
        ("A Carer's Assessment.", [("Carer's Assessment", "carer's assessment")]),
        ("A care-home and a carehome", [("care-home", "care home"), ("carehome", "care home")]),
        ("Care homes close; a care home opens.", []),
        ("The better care fund", [("better care fund", "Better Care Fund")]),
        ("Call the Dols team", [("Dols", "DoLS")]),
        ("The dols", []),
        ("An OT and an ot", []),
        ("The Care Home Regulations", []),
        ("Care Homes’ Corner", []),
        ("Who goes home first? Home First does. Home first!", []),
        ("home-first", [("home-first", "Home First")]),
        ("multi-disciplinary", [("multi-disciplinary", "multidisciplinary")]),
    ],
)
def test_terms_are_spelled_as_the_glossary_spells_them(text: str, faults: Any) -> None:
    terms = [
        ("carer's assessment", "carers' assessment"),
        ("care home", "care homes"),
        ("Better Care Fund",),
        ("Home First",),
        ("deprivation of liberty safeguards", "DoLS"),
        ("occupational therapist", "OT"),
        ("multidisciplinary",),
    ]
    glosses = [Gloss("x", spellings[0], "", spellings) for spellings in terms]
    assert Spellings(glosses).faults(text) == faults
    assert Spellings([]).faults(text) == []


def test_quotations_of_sources_are_left_out_of_the_grade() -> None:
    cited = '<a href="#ref-R1">[R1]</a>'
    hard = HARD * 12
    assert without_quotations(f"<p>So: “{hard}” {cited}</p>") == f"<p>So:  {cited}</p>"
    assert without_quotations(f"<blockquote><p>{hard}{cited}</p></blockquote>") == ""
    said = f"<blockquote><p>“{hard}”</p></blockquote>"  # somebody's words, and no law
    assert without_quotations(said) == said
    assert without_quotations(f"<p>“Two words” {cited}</p>") == f"<p>“Two words” {cited}</p>"
    assert (reading_grade([said]) or 0) > 11


# ── The command ───────────────────────────────────────────────────────────
def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("check_content", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table_and_says_how_it_reckons(folder: Path) -> None:
    said = run(folder)
    assert "Nothing to be mended." in said
    assert "counted with Pyphen" in said
    [row] = [line for line in said.split("\n") if line.startswith("m1/write.yaml")]
    assert row.split()[1:] == ["reflection", "10", "21", "(21)", "0"]
    assert "m1: 26 minutes" in said


def test_the_command_fails_where_something_is_to_be_mended(folder: Path) -> None:
    change(folder, "m1/read.md", "The council", "TODO The council")
    out = StringIO()
    with pytest.raises(CommandError, match=r"To be mended: 1\.") as refusal:
        call_command("check_content", folder, "--quiet", stdout=out)
    assert refusal.value.returncode == 1
    assert out.getvalue() == f"{folder.name}/m1/read.md:8: Learners would see “TODO”.\n"
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("check_content", folder / "nothing")


def test_the_starter_is_read_whole() -> None:
    checked: Checked = check_content(PROGRAMME)
    assert len(checked.modules) == len(list(PROGRAMME.glob("*/module.yaml")))
    assert all(row.words for row in checked.rows)
