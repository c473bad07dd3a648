"""What authors say of services in a case, as it is frozen, checked and carried in files."""

from typing import Any

import pytest

from cms.checks import checks
from cms.models import CasePage
from curriculum.content import Service, ServiceRef
from tests.cms import site, story
from tests.cms.directory import world
from tests.cms.site import item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def page_with(*choices: dict[str, Any], **scene: Any) -> CasePage:
    """A case whose first scene has these choices."""
    page = story.case_page()
    rest = story.scenes()[1:]
    page.scenes = site.stream(page, "scenes", [story.scene("door", *choices, **scene), *rest])
    return page


def finding(*choices: dict[str, Any]) -> CasePage:
    found = choices or (
        story.choice("a", "table", found_by=["housing", "carers"]),
        story.choice("b", "home", otherwise=True),
    )
    return page_with(*found, answered="found")


def test_kinds_are_kinds_and_names_from_before_stay_names() -> None:
    services = [item("carers", "s1"), item("The old carers’ centre", "s2")]
    page = page_with(story.choice("a", "table", services=services), story.choice("b", "home"))
    frozen = page.freeze().require_sound()
    choice = frozen.content.scenes[0].decision.choices[0]  # type: ignore[union-attr]
    assert choice.contacts == (ServiceRef(kind="carers"),)
    assert choice.services == (Service(name="The old carers’ centre"),)


def test_a_decision_is_found_in_the_directory_by_the_kinds_that_are_ticked() -> None:
    decision = finding().freeze().require_sound().content.scenes[0].decision
    assert decision is not None
    assert decision.finds
    assert decision.choices[0].found_by == ("carers", "housing")  # their order says nothing
    assert decision.choices[1].otherwise


def test_in_a_list_to_choose_from_nothing_is_left_of_the_kinds() -> None:
    choices = (
        story.choice("a", "table", found_by=["carers"], otherwise=True),
        story.choice("b", "home"),
    )
    decision = page_with(*choices).freeze().require_sound().content.scenes[0].decision
    assert decision is not None
    assert not decision.finds
    assert (decision.choices[0].found_by, decision.choices[0].otherwise) == ((), False)


def test_what_cannot_be_marked_is_said_at_its_field() -> None:
    page = finding(
        story.choice("a", "table", found_by=["carers"]),
        story.choice("b", "table", found_by=["carers"]),
        story.choice("c", "home", otherwise=True, found_by=["dols"]),
    )
    problems = {problem.path: problem.message for problem in page.freeze().problems}
    assert "leads to an earlier choice" in problems["scenes", "door", "choices", "b", "found_by"]
    assert "leave the kinds empty" in problems["scenes", "door", "choices", "c", "found_by"]


def test_a_kind_that_the_directory_does_not_know_is_told_before_publishing() -> None:
    world.kind("carers")
    said = [check.message for check in checks(finding()) if check.name == "kind"]
    assert len(said) == 1
    assert "“housing”" in said[0]


def test_the_preview_with_everything_open_says_which_kinds_lead_where(ada: Any) -> None:
    page = finding()
    page.save_revision()
    html = page.make_preview_request(preview_mode="open").render().content.decode()
    assert "Found in the directory." in html
    assert "carers, housing" in html
    assert "Every other service leads here." in html


def test_the_editors_list_has_the_kinds_of_the_directory() -> None:
    world.kind("carers", "Help for carers")
    block = CasePage._meta.get_field("scenes").stream_block.child_blocks["scene"]  # type: ignore[union-attr]
    choice = block.child_blocks["choices"].child_block
    kinds = choice.child_blocks["found_by"].field
    assert list(kinds.choices) == [("carers", "Help for carers")]
    one = choice.child_blocks["services"].child_block.field
    assert ("carers", "Help for carers") in list(one.choices)
