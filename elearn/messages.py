"""Where messages wait for the next page."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _HostCookie(CookieStorage):
    # The prefix keeps other hosts of the same domain from setting it.
    cookie_name = "__Host-messages"


class MessageStorage(FallbackStorage):
    """As Django's own, in a cookie of the kind that production's other cookies are."""

    storage_classes = (_HostCookie, SessionStorage)
