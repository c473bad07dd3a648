"""What an author is told about an edit."""

from cms.templatetags.changes import marked_after, marked_before
from curriculum.domain.changes import Change


def test_only_the_words_that_differ_are_marked() -> None:
    change = Change("Text", "Ring the duty team.", "Ring the night team.", False)
    assert marked_before(change) == "Ring the <del>duty</del> team."
    assert marked_after(change) == "Ring the <ins>night</ins> team."


def test_what_was_added_or_removed_is_marked_whole() -> None:
    assert marked_after(Change("Option", "", "Ring now", True)) == "<ins>Ring now</ins>"
    assert marked_before(Change("Option", "Ring now", "", True)) == "<del>Ring now</del>"


def test_marked_words_are_escaped() -> None:
    change = Change("Text", "a", "<script>a</script> & b", False)
    assert "<script>" not in marked_after(change)
    assert "&lt;" in marked_after(change)
    assert "&amp;" in marked_after(change)
