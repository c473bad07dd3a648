"""How often somebody may try something, where allauth's own limits don't fit: the count is kept in
the cache, by a hash of who tries, and runs out by itself."""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Limit:
    """At most `allowed` tries within `period` seconds, counted from the first."""

    name: str
    allowed: int
    period: int

    def is_passed_by(self, who: str) -> bool:
        """Count one more try; whether it is one too many."""
        key = f"{self.name}:{salted_hmac(f'limits.{self.name}', who).hexdigest()}"
        cache.add(key, 0, self.period)
        try:
            return cache.incr(key) > self.allowed
        except ValueError:  # it expired in between
            return False

    def is_passed_from(self, request: HttpRequest) -> bool:
        """Likewise, by the address that the request comes from."""
        return self.is_passed_by(str(get_adapter().get_client_ip(request)))

    def refuse(self, page: HttpResponse) -> HttpResponse:
        """The page that says so, as an answer that tells machines when to come again."""
        page.status_code = 429
        page["Retry-After"] = str(self.period)
        return page
