"""Who has approved which content."""

from collections.abc import Iterable

from curriculum.enums import ReviewRole
from curriculum.models import Activity, SignOff
from curriculum.queries.catalogue import Shelf

Exact = tuple[int, str]  # an activity's primary key and the digest of its content


def signed_off(contents: Iterable[Exact]) -> dict[Exact, list[SignOff]]:
    """For each content its standing approvals, GP first, if both professions gave one; else none.

    One query, however many contents.
    """
    wanted = list(dict.fromkeys(contents))
    found: dict[Exact, list[SignOff]] = {content: [] for content in wanted}
    rows = SignOff.objects.filter(
        activity_id__in={activity for activity, _ in wanted},
        digest__in={digest for _, digest in wanted},
        withdrawn_at=None,
    )
    order = [role.value for role in ReviewRole]
    for row in sorted(rows, key=lambda row: order.index(row.role)):
        if (row.activity_id, row.digest) in found:
            found[row.activity_id, row.digest].append(row)
    complete = set(order)
    return {
        content: rows if {row.role for row in rows} == complete else []
        for content, rows in found.items()
    }


def is_signed_off(activity: Activity, digest: str, shelf: Shelf | None = None) -> bool:
    """Whether a GP and a social worker, two people, have approved exactly this content; from the
    shelf where a page asks, which has no need of what is decided at this moment."""
    exact = (activity.pk, digest)
    if shelf is None:
        return bool(signed_off([exact])[exact])
    return bool(shelf.get(("signed off", (exact,)), lambda: signed_off([exact]))[exact])
