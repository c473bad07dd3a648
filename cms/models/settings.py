"""What a site decides for itself: its name and look, and whether unreviewed content is shown."""

from typing import Any

from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.validators import RegexValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.rich_text import expand_db_html

from curriculum.identity import SiteIdentity
from curriculum.text import clean_html

CACHE_KEY = "cms.site_settings"
CACHE_SECONDS = 300
SIMPLE = ["bold", "italic", "link", "ul"]


@register_setting(icon="cog", order=1)
class SiteSettings(BaseGenericSetting):
    """Set once for the whole site."""

    site_name = models.CharField(max_length=60, default="Common Ground")
    accent = models.CharField(
        "accent colour",
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write the colour as #0b5a57.")],
        help_text="As #0b5a57. Choose a dark one: it carries white text. Empty: the design's own.",
    )
    logo = models.ForeignKey(
        "cms.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    support_url = models.URLField(
        "where learners find support",
        blank=True,
        help_text="Shown beside hard material, such as the university's wellbeing service.",
    )
    worry_help = RichTextField(
        "whom learners can turn to",
        blank=True,
        features=SIMPLE,
        help_text="Shown beside the box in which learners write a reflection: whom to turn to "
        "if something worries them.",
    )
    safeguarding_advice = RichTextField(
        "what tutors do about a worry",
        blank=True,
        features=SIMPLE,
        help_text="Shown to tutors beside what a learner wrote: whom to tell, and how soon. "
        "Empty: general advice for the United Kingdom.",
    )
    allow_unreviewed = models.BooleanField(
        "show content that no GP and social worker has signed off",
        default=False,
        help_text="With a banner on every such page. When off, learners do not see it at all.",
    )

    writers_may_sign = models.BooleanField(
        "who wrote something may sign it off",
        default=True,
        help_text="They are labelled as author, and the other signatory is somebody else. "
        "When off, nobody signs what they wrote.",
    )
    review_days = models.PositiveSmallIntegerField(
        "days for a review",
        default=14,
        help_text="After them a review is overdue, and its reviewers are reminded.",
    )
    approval_months = models.PositiveSmallIntegerField(
        "months that an approval holds",
        default=0,
        help_text="0: until the text changes. Pages show an expired one as expired.",
    )

    council = models.ForeignKey(
        "cms.Area",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        limit_choices_to={"extent": "council"},
        verbose_name="the site’s borough",
        help_text="Whose services readings and cases show where they speak of a kind of service.",
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("site_name"), FieldPanel("accent"), FieldPanel("logo")], "Name and look"
        ),
        FieldPanel("council"),
        FieldPanel("support_url"),
        MultiFieldPanel(
            [FieldPanel("worry_help"), FieldPanel("safeguarding_advice")], "Reflections"
        ),
        MultiFieldPanel(
            [
                FieldPanel("allow_unreviewed"),
                FieldPanel("writers_may_sign"),
                FieldPanel("review_days"),
                FieldPanel("approval_months"),
            ],
            "Sign-off",
        ),
    ]

    class Meta:
        verbose_name = "site settings"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        cache.delete(CACHE_KEY)


def site_settings() -> dict[str, Any]:
    """The settings as plain data, from the cache where they are there."""
    found = cache.get(CACHE_KEY)
    if found is None:
        row = SiteSettings.load()
        found = {
            "identity": SiteIdentity(
                name=row.site_name,
                url=django_settings.SITE_URL,
                accent=row.accent,
                logo_url=row.logo.file.url if row.logo else "",
                support_url=row.support_url,
                worry_help=_shown(row.worry_help),
            ),
            "allow_unreviewed": row.allow_unreviewed,
            "safeguarding_advice": _shown(row.safeguarding_advice),
        }
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def _shown(stored: str) -> str:
    """Rich text as pages show it, links to pages resolved; empty where it says nothing."""
    return clean_html(expand_db_html(stored)) if stored else ""


def site_identity() -> SiteIdentity:
    """What the site is called and looks like."""
    identity: SiteIdentity = site_settings()["identity"]
    return identity


def allows_unreviewed() -> bool:
    """Whether content without both sign-offs may be published; read from the database, since
    a publishing decision must not rest on a stale cache."""
    return SiteSettings.load().allow_unreviewed
