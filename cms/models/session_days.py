"""What a learner sees of a session: what it is for, and when theirs is. Never the plan."""

from typing import Any

from curriculum.models import Edition
from curriculum.queries.meetings import own_meetings


def session_context(context: dict[str, Any]) -> dict[str, Any]:
    """What a session's page shows beside: its text for learners, and their meetings."""
    if "visit" not in context:
        content = context["content"]
        return {"nodes": content.for_learners, "ground_rules": content.ground_rules}
    activity, enrolment = context["activity"], context["visit"].enrolment
    content = Edition.objects.get(pk=activity.current_edition_id).content
    return {
        "nodes": content.for_learners,
        "ground_rules": content.ground_rules,
        "meetings": own_meetings(enrolment, activity) if enrolment else [],
    }
