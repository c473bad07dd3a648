"""A lead reminds those who are behind: first the list and the text, then it goes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages

from cms.admin.overview import OfCohort
from curriculum.domain.errors import Refused
from curriculum.domain.reminders import LONGEST_NOTE, ask_to_remind, let_remind_itself
from curriculum.models import User
from curriculum.models.cohorts import RemindsItself
from curriculum.queries.reminders import Due, Reminded, would_remind
from curriculum.reminding import Letter, letter
from curriculum.text import clean_text

WITHIN = {0: "overdue", 3: "overdue or due within 3 days", 7: "overdue or due within 7 days"}
WITHIN[14] = "overdue or due within 14 days"


class RemindView(OfCohort):
    """Who would be reminded of what, the mail as it would go, and the button that sends it."""

    header_icon = "mail"
    template_name = "cms/admin/overview/remind.html"
    refusal = ""
    note = ""

    def get_page_title(self) -> str:
        return f"Remind learners of {self.cohort.name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": "Remind"}]

    @cached_property
    def within(self) -> int:
        """How many days ahead. Raises Http404 for what no page of ours leads to."""
        asked = self.request.POST.get("within") or self.request.GET.get("within") or "0"
        if not asked.isdecimal() or int(asked) not in WITHIN:
            raise Http404("There is no such list.")
        return int(asked)

    @cached_property
    def found(self) -> list[Reminded]:
        return would_remind(self.learners, self.within)

    @property
    def salt(self) -> str:
        return f"reminders of cohort {self.cohort.pk}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note = clean_text(request.POST.get("note", ""))
        if request.POST.get("do") == "itself":
            return self.let_remind_itself(request)
        if request.POST.get("do") == "preview":
            return self.render_to_response(self.get_context_data())
        lead: User = request.user  # type: ignore[assignment]
        try:
            shown = _opened(request.POST.get("shown", ""), self.salt)
            job = ask_to_remind(self.cohort, lead, within=self.within, note=self.note, shown=shown)
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        return redirect("job", job.uuid)

    def let_remind_itself(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST.get("itself", "")
        try:
            let_remind_itself(self.cohort, int(asked) if asked.isdecimal() else None)
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        label = self.cohort.get_reminds_itself_display()
        said = f"The cohort reminds {label}." if label else "The cohort does not remind by itself."
        messages.success(request, said)
        return redirect("cohort_remind", self.cohort.pk)

    def preview(self, reached: list[Reminded]) -> Letter | None:
        """The mail to the first on the list."""
        if not reached:
            return None
        first, lead = reached[0], self.request.user
        learner = first.enrolment.learner
        return letter(learner, self.cohort, first.owed, lead, self.note)  # type: ignore[arg-type]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reached = [row for row in self.found if not row.why_not]
        return super().get_context_data(
            within=self.within,
            choices=WITHIN.items(),
            days=RemindsItself.choices,
            reached=reached,
            others=[row for row in self.found if row.why_not],
            shown=_sealed((due for row in reached for due in row.dues), self.salt),
            mail=self.preview(reached),
            note=self.note,
            longest=LONGEST_NOTE,
            refusal=self.refusal,
            has_due=bool(self.due),
            here=reverse("cohort_remind", args=[self.cohort.pk]),
            **kwargs,
        )


def _sealed(dues: Iterable[Due], salt: str) -> str:
    """The list as shown, so that it comes back as it was."""
    rows = [(enrolment, module, day.toordinal()) for enrolment, module, day in dues]
    return signing.dumps(rows, salt=salt, compress=True)


def _opened(sealed: str, salt: str) -> set[Due]:
    """Raises Refused for what we have not sealed, or more than a day ago."""
    try:
        rows = signing.loads(sealed, salt=salt, max_age=dt.timedelta(days=1))
    except signing.BadSignature:
        raise Refused("This list is from another day. Look at it again, then send.") from None
    return {(enrolment, module, dt.date.fromordinal(day)) for enrolment, module, day in rows}
