"""Mail about content, outside the request. A task may run twice, late or never; a mail's row is
claimed before sending, so that a worker which dies in between sends nothing twice.
"""

from django.core.mail import send_mail
from django.urls import reverse
from django_tasks import task

from cms.models import Review, SeatRequest
from curriculum import clock
from curriculum.dates import day
from curriculum.identity import site_identity
from curriculum.models import User
from curriculum.text import clean_line


def _claimed(pk: int, field: str, **state: None) -> SeatRequest | None:
    """The request if this run is the one that mails about it."""
    waiting = SeatRequest.objects.filter(pk=pk, **{field: None}, **state)
    if not waiting.update(**{field: clock.now()}):
        return None
    return SeatRequest.objects.select_related("page", "asked_by", "colleague").get(pk=pk)


@task()
def mail_seat_asked(pk: int) -> None:
    """Tell a colleague that a seat waits for them, once; not where it was taken back meanwhile."""
    asked = _claimed(pk, "asked_mailed_at", cancelled_at=None, filled_at=None)
    if asked is None:
        return
    identity = site_identity()
    who = asked.asked_by.get_full_name()
    send_mail(
        subject=clean_line(f"{who} asks you to fill a seat in a case"),
        message=(
            f"{who} is writing the case “{asked.page.draft_title}” in {identity.name} and asks you "
            f"to write how it looks from this seat: {asked.get_voice_display()}.\n\n"
            "You see each decision with what happens, and write beside it. You can stop and go on "
            f"later.\n\nAfter signing in:\n{identity.url}{reverse('seat_fill', args=[asked.pk])}\n"
        ),
        from_email=None,
        recipient_list=[asked.colleague.email],
    )


@task()
def mail_seat_filled(pk: int) -> None:
    """Tell the one who asked that the seat is filled, once."""
    filled = _claimed(pk, "filled_mailed_at", cancelled_at=None)
    if filled is None:
        return
    identity = site_identity()
    who = filled.colleague.get_full_name()
    address = reverse("wagtailadmin_pages:edit", args=[filled.page_id])
    send_mail(
        subject=clean_line(f"{who} has filled the seat"),
        message=(
            f"{who} has written how your case “{filled.page.draft_title}” looks from this seat: "
            f"{filled.get_voice_display()}. It stands in the draft.\n\n"
            f"After signing in:\n{identity.url}{address}\n"
        ),
        from_email=None,
        recipient_list=[filled.asked_by.email],
    )


@task()
def mail_owner(batch: str, owner: int) -> None:
    """Tell an owner which pages are theirs to review, once for one press of the button."""
    waiting = Review.objects.open().filter(batch=batch, page__owner=owner, mailed_at=None)
    claimed = clock.now()
    if not waiting.update(mailed_at=claimed):
        return
    found = Review.objects.filter(batch=batch, page__owner=owner, mailed_at=claimed)
    reviews = list(found.select_related("page", "tag", "asked_by").order_by("page__path"))
    person = User.objects.filter(pk=owner, is_active=True).first()
    if person is not None and reviews:
        tell_owner(person, reviews)


def tell_owner(owner: User, reviews: list[Review]) -> None:
    """One mail that names the pages and says why."""
    first, identity = reviews[0], site_identity()
    pages = "\n".join(f"- {review.page.title}" for review in reviews)
    many = f"{len(reviews)} pages" if len(reviews) > 1 else "A page"
    why = f"{first.tag.name} changed on {day(first.since)}." if first.tag else ""
    note = (
        f"\n\n{first.asked_by.get_full_name() if first.asked_by else 'They'} writes:\n{first.note}"
    )
    send_mail(
        subject=clean_line(f"{many} of yours to review in {identity.name}"),
        message=(
            f"{why or 'Somebody asks you to look again.'} These are yours and may no longer hold:"
            f"\n\n{pages}{note if first.note else ''}\n\n"
            "See each one, and say whether it is still true:\n"
            f"{identity.url}{reverse('truth_tasks')}\n"
        ),
        from_email=None,
        recipient_list=[owner.email],
    )
