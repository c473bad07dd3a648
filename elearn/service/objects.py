"""Media and records in an S3-compatible object storage, in two buckets."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

A_YEAR = 365 * 24 * 3600


class MediaStorage(S3Storage):
    """What learners see. Its addresses are our own (`MEDIA_URL`), behind which the web server
    fetches from the bucket: no page makes a browser ask anybody else, and the policy stays strict.
    """

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name) or "")

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """What lies under frozen/ has its hash for a name and never changes."""
        found = dict(super().get_object_parameters(name))
        if name.startswith("frozen/"):
            found["CacheControl"] = f"public, max-age={A_YEAR}, immutable"
        return found


class RecordsStorage(S3Storage):
    """Certificates, lists, exports: never with an address, streamed to those who may have them."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        raise ValueError("Records have no address.")
