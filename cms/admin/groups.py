"""The groups of a cohort: made and evened out by profession, then changed by hand, then printed."""

import re
from collections import Counter
from collections.abc import Hashable
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages

from cms.admin.cohort_screens import CohortScreen
from curriculum import clock
from curriculum.domain import grouping
from curriculum.domain.errors import Refused
from curriculum.domain.grouping import next_name
from curriculum.domain.groups import how_many
from curriculum.models import Enrolment, Group
from curriculum.queries.groups import GroupCount, group_counts, groupable

PER_PAGE = 200
IN_NONE = "none"
PLACE = re.compile(r"place-([0-9]{1,15})-([0-9]+)")  # a learner, and the group the page showed
GROUP = re.compile(r"[0-9]{1,15}")


class GroupsScreen(CohortScreen):
    """What the pages about groups share."""

    header_icon = "group"

    @cached_property
    def counts(self) -> list[GroupCount]:
        return group_counts(self.cohort)

    @property
    def groups(self) -> list[Group]:
        return [count.group for count in self.counts if count.group]

    @property
    def professions(self) -> list[str]:
        """Of all who are enrolled, the most frequent first."""
        total: Counter[Hashable] = Counter()
        for count in self.counts:
            total.update(count.professions)
        return [str(name) for name, _ in total.most_common()]

    @property
    def groups_url(self) -> str:
        return reverse("cohort_groups", args=[self.cohort.uuid])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(groups_url=self.groups_url, **kwargs)


class GroupsView(GroupsScreen):
    """Everybody by group, with a box to choose another for each."""

    page_title = "Groups"
    template_name = "cms/admin/cohorts/groups.html"
    refusal = ""

    @cached_property
    def wanted(self) -> str:
        """The group that the address asks for. Raises Http404 for one that there isn't."""
        wanted = self.request.GET.get("group", "")
        if wanted not in {"", IN_NONE, *(str(group.pk) for group in self.groups)}:
            raise Http404("There is no such group.")
        return wanted

    def page(self) -> Page[Enrolment]:
        rows: QuerySet[Enrolment] = groupable(self.cohort)
        if self.wanted == IN_NONE:
            rows = rows.filter(group=None)
        elif self.wanted:
            rows = rows.filter(group=int(self.wanted))
        return Paginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))

    @cached_property
    def chosen(self) -> dict[int, int | None]:
        """Who was given another group than the page showed. Nobody else is moved, so what a
        colleague has changed meanwhile stays."""
        asked = ((PLACE.fullmatch(name), str(to)) for name, to in self.request.POST.items())
        return {
            int(found[1]): int(to) or None
            for found, to in asked
            if found and GROUP.fullmatch(to) and to != found[2]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            groups=self.groups,
            professions=self.professions,
            overview=[(count, [count.of(p) for p in self.professions]) for count in self.counts],
            in_none=self.counts[-1].total,
            wanted=self.wanted,
            page=(page := self.page()),
            rows=[(row, self.chosen.get(row.pk, row.group_id)) for row in page],
            new_name=self.request.POST.get("name") or next_name(g.name for g in self.groups),
            refusal=self.refusal,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions = {"arrange": self.arrange, "distribute": self.distribute, "add": self.add}
        try:
            said = actions.get(request.POST.get("do", ""), self.arrange)()
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.get(request, *args, **kwargs)
        self.note("cohort.groups")
        messages.success(request, said)
        return redirect(request.get_full_path())

    def arrange(self) -> str:
        moved = grouping.arrange(self.cohort, self.chosen)
        return f"{moved} learner{'' if moved == 1 else 's'} moved."

    def distribute(self) -> str:
        placed = grouping.distribute(self.cohort)
        return f"{placed} learner{'' if placed == 1 else 's'} put into groups. Nobody else moved."

    def add(self) -> str:
        made = grouping.add_group(self.cohort, self.request.POST.get("name", ""))
        return f"{made.name} is added. It is empty so far."


class MakeGroupsForm(forms.Form):
    """How many groups, or how large."""

    NUMBER, SIZE = "number", "size"

    how = forms.ChoiceField(
        label="Make",
        choices=[(NUMBER, "this many groups"), (SIZE, "groups of about this many learners")],
        initial=SIZE,
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label="Number", min_value=1, max_value=10_000, initial=8, widget=forms.NumberInput
    )

    def groups(self, learners: int) -> int:
        count: int = self.cleaned_data["count"]
        return how_many(learners, count) if self.cleaned_data["how"] == self.SIZE else count


class MakeGroupsView(GroupsScreen):
    """Makes groups afresh. Asks again where that replaces what there is."""

    page_title = "Make groups"
    template_name = "cms/admin/cohorts/groups_make.html"

    @cached_property
    def form(self) -> MakeGroupsForm:
        return MakeGroupsForm(self.request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            groups=self.groups,
            learners=sum(count.total for count in self.counts),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            learners = sum(count.total for count in self.counts)
            try:
                made = grouping.make_groups(
                    self.cohort, self.form.groups(learners), replace="replace" in request.POST
                )
            except Refused as refusal:
                self.form.add_error(None, str(refusal))
            else:
                self.note("cohort.groups")
                messages.success(request, f"{len(made)} group{'' if len(made) == 1 else 's'} made.")
                return redirect(self.groups_url)
        return self.get(request, *args, **kwargs)


class GroupView(GroupsScreen):
    """Renames or deletes one group."""

    template_name = "cms/admin/cohorts/group.html"
    name = ""
    refusal = ""

    @cached_property
    def group(self) -> Group:
        """Raises Http404 for a group of another cohort."""
        return get_object_or_404(self.cohort.groups, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return self.group.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            group=self.group,
            name=self.name or self.group.name,
            refusal=self.refusal,
            members=groupable(self.cohort).filter(group=self.group).count(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "delete":
            grouping.remove_group(self.group)
            said = f"{self.group.name} is deleted. Its learners are in no group now."
        else:
            before, self.name = self.group.name, request.POST.get("name", "")
            try:
                said = (
                    f"{before} is now called {grouping.rename_group(self.group, self.name).name}."
                )
            except Refused as refusal:
                self.refusal = str(refusal)
                return self.get(request, *args, **kwargs)
        self.note("cohort.groups")
        messages.success(request, said)
        return redirect(self.groups_url)


class PrintView(GroupsScreen):
    """The lists on paper: names and professions and nothing else."""

    page_title = "Group lists"
    template_name = "cms/admin/cohorts/groups_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=groupable(self.cohort), made=clock.now(), **kwargs)
