"""Two people add questions, or one adds them twice, at the same instant."""

from typing import Any

import pytest

from cms.interchange.drafts import DraftChanged, append, fingerprint
from cms.interchange.gift import read_gift
from cms.models import QuizPage
from tests import people
from tests.cms import site
from tests.curriculum.test_races import at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


def test_of_several_confirmations_of_the_same_draft_one_adds_and_the_others_are_told() -> None:
    """Known failures 3 and 4."""
    site.allow_unreviewed()
    quiz, tom = site.quiz_page(), people.tom()
    questions = [entry.question for entry in read_gift("Free? {T#No#Yes}").mapped]
    seen = fingerprint(QuizPage.objects.get())

    def add() -> Any:
        return append(quiz, questions, seen=seen, user=tom)

    results = at_once(add, add, add)
    refused = [result for result in results if result is not None]
    assert [type(result) for result in refused] == [DraftChanged, DraftChanged]
    draft = QuizPage.objects.get(pk=quiz.pk).get_latest_revision_as_object()
    assert len(draft.questions) == 2
