"""On record: who took which file with other people's data away."""

from collections.abc import Iterable

from curriculum.models import Download, Job, User


def record_download(
    user: User, what: str, *, cohorts: Iterable[int], job: Job | None = None
) -> Download:
    """Note that somebody was given a file. `what` names it and holds nothing personal."""
    return Download.objects.create(user=user, what=what[:60], cohorts=sorted(cohorts), job=job)
