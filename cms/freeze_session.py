"""A session page's data to `curriculum.content.Session`."""

from wagtail.blocks.stream_block import StreamValue

from cms.blocks import Findings, Place
from cms.freeze import Frozen, finished, require_listed, title_of
from curriculum.content import Session
from curriculum.text import clean_line

USUAL_MINUTES = 60  # of a draft that does not say yet
MOST_MINUTES = 600


def freeze_session(
    *,
    title: str,
    minutes: int | None,
    body: StreamValue,
    prepare: StreamValue,
    ground_rules: str,
    plan: StreamValue,
) -> Frozen[Session]:
    """A session. It lasts as long as its author says: its words do not tell."""
    place = Place()
    # The plan has its own sources: learners, who never see it, could not look them up there.
    known = place.findings
    apart = Findings(known.problems, known.ids, known.files, known.drawings)
    for_facilitators = Place(("plan",), apart)
    nodes = body.stream_block.freeze(body, place.at("body"))
    if not nodes:
        place.at("body").problem("Say what the session is for.")
    before = prepare.stream_block.freeze(prepare, place.at("prepare"))
    led = plan.stream_block.freeze(plan, for_facilitators)
    if not led:
        for_facilitators.problem("Write the plan, so that somebody else could lead the session.")
    if not minutes or minutes > MOST_MINUTES:
        place.at("minutes_override").problem(
            f"Say how many minutes the session takes, up to {MOST_MINUTES}."
        )
    require_listed(apart)
    lines = (clean_line(line) for line in ground_rules.splitlines())
    return finished(
        Session(
            title=title_of(title, place),
            minutes=minutes or USUAL_MINUTES,
            body=nodes,
            prepare=before,
            ground_rules=tuple(line for line in lines if line),
            plan=led,
        ),
        place,
    )
