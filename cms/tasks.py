"""Mail about content, outside the request. A task may run twice; its rows say what was done."""

from django.core.mail import send_mail
from django.urls import reverse
from django_tasks import task

from cms.models import Review
from curriculum import clock
from curriculum.dates import day
from curriculum.identity import site_identity
from curriculum.models import User


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
        subject=f"{many} of yours to review in {identity.name}",
        message=(
            f"{why or 'Somebody asks you to look again.'} These are yours and may no longer hold:"
            f"\n\n{pages}{note if first.note else ''}\n\n"
            "See each one, and say whether it is still true:\n"
            f"{identity.url}{reverse('truth_tasks')}\n"
        ),
        from_email=None,
        recipient_list=[owner.email],
    )
