"""Two people at one text at the same instant: signing, editing, publishing. Both databases."""

from typing import Any

import pytest
from wagtail.models import Page

from cms.freeze import CannotPublish
from cms.models.reviewing import Changed, sign_pages
from curriculum.content import digest
from curriculum.domain.editions import NotSignedOff
from curriculum.domain.errors import Refused
from curriculum.models import Edition, SignOff
from tests import people
from tests.cms import site
from tests.cms.test_signoff import GP, SOCIAL, is_live, shown, submit
from tests.curriculum.test_races import at_once, no_errors

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


@pytest.fixture
def page() -> Any:
    site.allow_unreviewed(False)
    return submit(site.reading_page(live=False), people.tom())


def test_two_professions_that_sign_at_once_publish_it_once(page: Any) -> None:
    gita, sol, text = people.gita(), people.sol(), shown(page)
    no_errors(at_once(lambda: sign_pages(gita, GP, text), lambda: sign_pages(sol, SOCIAL, text)))
    assert is_live(page)
    assert SignOff.objects.count() == 2
    assert Edition.objects.count() == 1


def test_two_gps_that_sign_at_once_leave_one_signature(page: Any) -> None:
    gita, text = people.gita(), shown(page)
    gil = people.staff("gil", "Gil Moss", "GP reviewers", "General practitioner")
    results = at_once(lambda: sign_pages(gita, GP, text), lambda: sign_pages(gil, GP, text))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert SignOff.objects.count() == 1


def test_an_edit_at_the_moment_of_the_second_approval_never_goes_out_unsigned(page: Any) -> None:
    """Known failure 11."""
    gita, sol, tom = people.gita(), people.sol(), people.staff("t2", "Tim Ash", "Tutors")
    sign_pages(gita, GP, shown(page))
    text = shown(page)

    def edit() -> None:
        draft = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
        draft.title = "Nobody signed this"
        draft.save_revision(user=tom)

    _, signed = at_once(edit, lambda: sign_pages(sol, SOCIAL, text))
    if isinstance(signed, Exception):
        assert isinstance(signed, Changed | NotSignedOff | CannotPublish)
    fresh = Page.objects.get(pk=page.pk).specific
    assert fresh.title != "Nobody signed this"
    for edition in Edition.objects.all():
        roles = SignOff.objects.filter(digest=edition.digest).values_list("role", flat=True)
        assert set(roles) == {GP, SOCIAL}
        assert digest(edition.content) == text[page.pk]
