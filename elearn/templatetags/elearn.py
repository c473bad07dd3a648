"""Small things that every template may use; built in, so no template loads them."""

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from curriculum.dates import clock, day, moment
from curriculum.domain.people import works_here
from curriculum.models import Cohort
from elearn.identity.factors import has_shown_factor
from elearn.identity.middleware import WAY_BACK
from elearn.identity.provider import PROVIDER_ID
from elearn.identity.registration import is_open, joins_by

register = template.Library()

register.filter("day", day)
register.filter("moment", moment)
register.filter("clock", clock)


@register.simple_tag
@lru_cache(maxsize=500)  # a page has dozens, and the file's name stays while the process runs
def icon(name: str, label: str = "", classes: str = "icon") -> SafeString:
    """An icon from the sprite; hidden from screen readers unless it carries a label."""
    href = f"{static('elearn/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        classes,
        href,
    )


@register.filter
def minutes(value: int) -> str:
    """Minutes as people say them: 5 minutes, 1 hour 20 minutes."""
    hours, rest = divmod(int(value or 0), 60)
    said = []
    if hours:
        said.append(f"{hours} hour{'s' if hours > 1 else ''}")
    if rest or not hours:
        said.append(f"{rest} minute{'s' if rest != 1 else ''}")
    return " ".join(said)


@register.filter
def marks(value: Decimal | Fraction | None) -> str:
    """Marks in one form everywhere: 5, 1.4, 0.67."""
    hundredths = round((Fraction(value) if value else Fraction(0)) * 100)
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


@register.filter
def plain(field: BoundField) -> SafeString:
    """A field's widget without a placeholder: the label says it, and stays while one types."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def device(user_agent: str) -> str:
    """Browser and system as people call them: Chrome on Android. What is not known stays."""
    # The order matters: every browser claims to be those that came before it.
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or user_agent[:60] or "An unknown device"


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@register.simple_tag(takes_context=True)
def cohort_to_join(context: Context) -> Cohort | None:
    """The cohort whose join link led to this page to sign in or up."""
    return joins_by(context.get("redirect_field_value"))


@register.simple_tag(takes_context=True)
def sign_in_provider(context: Context) -> dict[str, str] | None:
    """The identity provider that people may sign in with: its name, and the way there and back."""
    if not settings.OIDC:
        return None
    url = reverse("openid_connect_login", args=[PROVIDER_ID])
    onward = context.get("redirect_field_value")
    query = f"?{urlencode({'next': onward})}" if onward else ""
    return {"name": settings.OIDC["name"], "url": f"{url}{query}"}


@register.simple_tag(takes_context=True)
def registration(context: Context) -> dict[str, Any]:
    """Who may make an account, as this page has to say it."""
    domains = settings.REGISTRATION_DOMAINS if settings.REGISTRATION == "domains" else []
    return {"is_open": is_open(joins_by(context.get("redirect_field_value"))), "domains": domains}


@register.simple_tag(takes_context=True)
def second_factor_missing(context: Context) -> bool:
    """Whether this person works here and has yet to set up a second factor."""
    request = context["request"]
    needs = settings.STAFF_MFA_REQUIRED and works_here(request.user)
    return needs and not has_shown_factor(request)


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """Where somebody was going before a second factor was asked for, once they have shown it."""
    request = context["request"]
    address: str = request.session.get(WAY_BACK, "")
    return address if address and has_shown_factor(request) else ""


@register.filter
def instant(value: str) -> dt.datetime:
    """An instant that was kept as ISO text."""
    return dt.datetime.fromisoformat(value)


@register.filter
def dial(phone: str) -> str:
    """A number as a telephone link has it: digits, and a plus in front where there is one."""
    return re.sub(r"[^\d+]", "", phone)


@register.simple_tag
def greeting() -> str:
    """Good morning, afternoon or evening, in the site's time zone."""
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        return "Good evening"
    return "Good morning" if hour < 12 else "Good afternoon"
