"""Frozen content: into JSON and back, its digest, and what is refused."""

import dataclasses

import pytest

from curriculum import content
from curriculum.content import codec
from tests import factories

KNOWN = "c212562212af1f4b87444c6175997b617c49df7d6801ae7b7802808c9981263a"  # factories.reading()

ALL_BLOCKS = content.Reading(
    title="Everything",
    minutes=4,
    body=(
        content.Heading(id="h", text="Who decides?", level=3),
        content.Text(id="t", html="<p>Words</p>"),
        content.Figure(
            id="f",
            file=content.MediaFile(sha256="ab", mime="image/png", width=10, height=5),
            alternative="A door.",
            source=content.Source(text="Census 2021"),
        ),
        content.Video(
            id="v",
            title="A visit",
            file=content.MediaFile(sha256="cd", mime="video/mp4", seconds=60),
            captions=content.MediaFile(sha256="ef", mime="text/vtt"),
        ),
        content.Audio(
            id="a",
            title="A call",
            file=content.MediaFile(sha256="12", mime="audio/mpeg", seconds=30),
            transcript="<p>Hello.</p>",
        ),
        content.Callout(id="c", tone="law", title="The law", html="<p>Section 9.</p>"),
        content.ContentNote(id="n", coming="Neglect.", instead="<p>Skip.</p>", skip_to="h"),
        content.KeyFact(
            id="k", figure="153", html="<p>councils</p>", source=content.Source(text="DHSC")
        ),
        content.RoleCard(
            id="r", role="Link worker", employer="A PCN", does=("Listens",), does_not=("Assess",)
        ),
        content.TwoViews(id="w", matter="A fall", gp="<p>Hip.</p>", social_worker="<p>Bath.</p>"),
        content.Table(id="b", caption="Who", headers=("A", "B"), rows=(("1", "2"),)),
        content.Steps(id="s", title="Do", steps=(content.Step(id="s1", title="Ask"),)),
        content.ServicesHere(
            id="x",
            heading="Whom you contact",
            kinds=(
                content.ServiceRef(kind="dols"),
                content.ServiceRef(
                    kind="carers",
                    name="Carers",
                    snapshot=content.ServiceFacts(
                        uuid="0c", name="Carers’ Hearth", phone="020 7946 0109"
                    ),
                ),
            ),
        ),
        content.References(
            id="e", references=(content.Reference(id="e1", key="R1", text="A paper."),)
        ),
    ),
)


@pytest.mark.parametrize(
    "original",
    [ALL_BLOCKS, factories.quiz(*factories.every_kind(), feedback="each", draw=3)],
    ids=["reading", "quiz"],
)
def test_content_comes_back_from_json_as_it_was(original: content.ActivityContent) -> None:
    import json

    assert content.load(json.loads(json.dumps(content.dump(original)))) == original


def test_the_digest_is_the_same_for_the_same_content_and_differs_for_another() -> None:
    assert content.digest(factories.reading()) == content.digest(factories.reading())
    assert content.digest(factories.reading()) != content.digest(factories.reading(title="Other"))
    changed_id = content.Reading(
        title="Two doors", minutes=3, body=(content.Text(id="t2", html="<p>Words.</p>"),)
    )
    assert content.digest(factories.reading()) != content.digest(changed_id)


def test_the_digest_of_known_content_never_changes() -> None:
    """Approvals are bound to digests: if this fails, every existing approval would be void."""
    assert content.digest(factories.reading()) == KNOWN


def test_what_a_service_said_is_kept_with_content_and_is_no_part_of_it() -> None:
    """A new telephone number in the directory must not void a sign-off."""

    def reading(**filled: object) -> content.Reading:
        refs = (content.ServiceRef(kind="carers", **filled),)  # type: ignore[arg-type]
        here = content.ServicesHere(id="s", heading="Here", kinds=refs)
        return content.Reading(title="T", minutes=1, body=(here,))

    bare = reading()
    then = content.ServiceFacts(uuid="0c", name="Carers’ Hearth", phone="020 7946 0109")
    full = reading(name="Carers", snapshot=then)
    assert content.digest(full) == content.digest(bare)
    assert full == bare
    assert content.load(content.dump(full)).body[0].kinds[0].snapshot == then
    other = content.ServicesHere(id="s", heading="Here", kinds=(content.ServiceRef(kind="dols"),))
    assert content.digest(content.Reading(title="T", minutes=1, body=(other,))) != content.digest(
        bare
    )


OLD_CHOICE = {
    "id": "a",
    "text": "Ring them",
    "quality": "strong",
    "happened": "<p>They came.</p>",
    "leads_to": "home",
    "services": [{"name": "The old carers’ centre"}],
}


def test_a_choice_from_before_there_was_a_directory_reads_as_it_was() -> None:
    choice = content.load(OLD_CHOICE, content.CaseChoice)
    assert [service.name for service in choice.services] == ["The old carers’ centre"]
    assert (choice.contacts, choice.found_by, choice.otherwise) == ((), (), False)
    assert content.dump(choice) == OLD_CHOICE  # so the digest is what it was


def test_a_field_added_later_with_a_default_leaves_the_digest_alone() -> None:
    before = dataclasses.make_dataclass("Before", [("id", str)], frozen=True, kw_only=True)
    after = dataclasses.make_dataclass(
        "After", [("id", str), ("added", str, "")], frozen=True, kw_only=True
    )
    assert codec.dump(before(id="x")) == codec.dump(after(id="x")) == {"id": "x"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "unheard-of"}, "unknown kind"),
        ({"kind": "reading", "title": "T", "minutes": 1}, "body is missing"),
        ({"kind": "reading", "title": "T", "minutes": "1", "body": []}, "expected int"),
        ({"kind": "reading", "title": "T", "minutes": True, "body": []}, "expected int"),
        ({"kind": "reading", "title": "T", "minutes": 1, "body": [], "x": 1}, "unknown x"),
        ({"kind": "reading", "title": "T", "minutes": 1, "body": "no"}, "expected a list"),
        (
            {"kind": "reading", "title": "T", "minutes": 1, "body": [{"kind": "quiz"}]},
            "may not stand here",
        ),
        ("text", "unknown kind"),
        (None, "unknown kind"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(data: object, said: str) -> None:
    with pytest.raises(content.ContentError, match=said):
        content.load(data)


def test_words_and_recordings_make_the_minutes() -> None:
    words = list(content.words_of(ALL_BLOCKS.body))
    assert "Who decides?" in words
    assert "A paper." not in words  # references are looked up, not read
    assert content.seconds_of(ALL_BLOCKS.body) == 90
    assert [file.sha256 for file in content.media_of(ALL_BLOCKS.body)] == ["ab", "cd", "ef", "12"]


def test_a_quiz_asks_what_it_draws() -> None:
    assert factories.quiz(*factories.every_kind()).asks == 7
    assert factories.quiz(*factories.every_kind(), draw=3).asks == 3
