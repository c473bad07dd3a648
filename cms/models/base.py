"""What all our pages share, and the gate through which content becomes an edition."""

from typing import Any

from django import forms
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from cms import review
from cms.blocks import Problem
from cms.freeze import CannotPublish, Frozen, form_errors
from cms.models import outline
from cms.models.learning import activity_context, require_sign_in
from cms.models.outcomes import Outcome
from cms.models.panels import ChangesPanel, ProblemsPanel, ReviewPanel, SuggestionsPanel
from cms.models.settings import allows_unreviewed
from cms.models.suggestions import keep_both
from cms.models.truth import KeptTrue
from curriculum.content import media_of
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.editions import publish_edition
from curriculum.domain.files import keep_file

GATED_FIELDS = {"live", "live_revision"}


class FrozenPageForm(WagtailAdminPageForm):
    """Shows at their fields the problems that would keep the page from being published."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation:
            return  # a draft may be as unfinished as its author likes
        sound = [
            problem
            for problem in self.instance.freeze().problems
            if not problem.path or problem.path[0] not in self.errors
        ]
        values = {name: getattr(self.instance, name, None) for name in self.fields}
        for name, error in form_errors(sound, values).items():
            self.add_error(name if name in self.fields else None, error)

    def is_valid(self) -> bool:
        valid = super().is_valid()
        self.instance.based_on = self._based_on()
        if not valid and self.instance.based_on:
            # The form that is shown again still holds what was typed onto the older draft.
            self.instance.latest_revision_id = self.instance.based_on
        return valid

    def _based_on(self) -> int | None:
        """The revision that the editor's form was drawn from, or has last saved by itself."""
        posted = self.data.get("overwrite_revision_id") or self.data.get("loaded_revision_id")
        if posted is None:
            return None
        found = self.instance.revisions.order_by("created_at", "pk").values_list("pk", flat=True)
        if posted.isdecimal():
            found = found.filter(pk=int(posted[:18]))
        elif posted not in {"", "None"}:
            return None
        # Drawn from a page without a draft: the first one was made from it.
        return found.first()


class FrozenCopyForm(CopyForm):
    """Wagtail's form without the offer of an alias, which would share its source's records."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class OpenPage(Page):
    """A page without Wagtail's page-by-page privacy: who sees what follows from cohorts.

    Looking for such restrictions would cost every visit two queries.
    """

    private_page_options: list[str] = []
    admin_default_ordering = "ord"  # authors see pages in the order in which learners meet them

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> Any:
        return PageViewRestriction.objects.none()

    def get_workflow(self) -> Any:
        return None  # only activities are signed off

    @property
    def has_workflow(self) -> bool:
        return False


class FrozenPage(OpenPage):
    """A page whose content is frozen when it goes live.

    Every way of publishing that Wagtail has (editor, bulk action, schedule, copy, revert, code)
    saves the page with `live` true, so the gate stands in `save` and nowhere else.
    """

    base_form_class = FrozenPageForm
    copy_form_class = FrozenCopyForm
    based_on: int | None = None  # the revision that this draft was made from, if not the latest

    class Meta:
        abstract = True

    def freeze(self) -> Frozen[Any]:
        """The page's content as plain data, with what is wrong with it."""
        raise NotImplementedError

    @transaction.atomic
    def save_revision(self, *args: Any, overwrite_revision: Any = None, **kwargs: Any) -> Any:
        """Save a draft. What somebody else has worded in the meantime is kept beside it."""
        catalogue_changed()
        base = self.based_on or self.latest_revision_id
        if keep_both(self, base):
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save the page; where that puts it live, freeze it or refuse.

        Raises CannotPublish for content with problems and NotSignedOff for content without its
        approvals; then nothing is saved.
        """
        named = kwargs.get("update_fields")
        is_gated = self.live and (named is None or GATED_FIELDS & set(named))
        with transaction.atomic():
            catalogue_changed()
            if named is None:
                self._keep_newest_draft()
            if not is_gated:
                return super().save(*args, **kwargs)
            if self.alias_of_id:
                message = "An alias would share its source's records. Copy the page instead."
                raise CannotPublish([Problem((), message)])
            frozen = self.freeze().require_sound()
            saved = super().save(*args, **kwargs)
            self.remember(frozen.content)
            _keep_files(frozen)
            outline.synchronise_around(self)
        return saved

    def _keep_newest_draft(self) -> None:
        """A draft that was saved since this page was read stays the latest one."""
        rows = Page.objects.filter(pk=self.pk).exclude(latest_revision=None)
        newest = rows.values_list("latest_revision_id", "latest_revision_created_at").first()
        mine: int | None = self.latest_revision_id  # type: ignore[has-type]
        if newest and newest[0] != mine:
            self.latest_revision_id, self.latest_revision_created_at = newest
            self.has_unpublished_changes = True

    def remember(self, content: Any) -> None:
        """Hand the frozen content over, or refuse it. Called by the gate, in its transaction."""
        raise NotImplementedError


def _keep_files(frozen: Frozen[Any]) -> None:
    """Last of all: what is refused leaves no file behind."""
    for file in media_of(frozen.content.nodes):
        if file.sha256 in frozen.files:
            keep_file(file, frozen.files[file.sha256])


class ActivityPermissionTester(PagePermissionTester):
    """Hides what the gate would refuse. The gate, not this, is what enforces it."""

    def can_publish(self) -> bool:
        return super().can_publish() and self.page.specific.may_be_published()


class ActivityPage(KeptTrue, FrozenPage):
    """One thing that a learner does. Its `translation_key` is the activity's key for good."""

    is_required = models.BooleanField(
        "required",
        default=True,
        help_text="Learners complete the module by completing everything that is required.",
    )
    minutes_override = models.PositiveSmallIntegerField(
        "minutes", null=True, blank=True, help_text="Left empty, it is worked out from the content."
    )
    outcomes = ParentalManyToManyField(
        Outcome, blank=True, help_text="What learners can do by the end that this works towards."
    )

    parent_page_types = ["cms.ModulePage"]
    subpage_types: list[str] = []
    show_in_menus_default = False

    first_panels = [
        ProblemsPanel(heading="Reported problems"),
        ChangesPanel(heading="What publishing this changes"),
    ]
    place_panels = [
        MultiFieldPanel(
            [
                FieldPanel("is_required"),
                FieldPanel("minutes_override"),
                FieldPanel("outcomes", widget=forms.CheckboxSelectMultiple),
            ],
            "In the module",
        ),
        *KeptTrue.truth_panels,
        ReviewPanel(heading="Sign-off"),
        SuggestionsPanel(heading="Suggestions"),
    ]

    class Meta:
        abstract = True

    def remember(self, content: Any) -> None:
        publish_edition(self.translation_key, content, allow_unreviewed=allows_unreviewed())

    def may_be_published(self) -> bool:
        """Whether the site's rule on review would let this version go live."""
        allowed = allows_unreviewed()
        return allowed or review.may_publish(
            self.translation_key, self.freeze().content, allow_unreviewed=False
        )

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ActivityPermissionTester(user, self)

    def get_workflow(self) -> Any:
        return Page.get_workflow(self)

    @property
    def has_workflow(self) -> bool:
        return self.get_workflow() is not None

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_preview = False  # type: ignore[attr-defined]
        return require_sign_in(request) or super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **activity_context(self, request)}
