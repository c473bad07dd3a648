"""How the environment describes the object storage; read by the settings, so it imports no Django
that needs them.
"""

from typing import Any

import environ


def s3(env: environ.Env) -> dict[str, dict[str, Any]]:
    """The two storages by the environment. Raises ImproperlyConfigured where a part is missing."""
    shared = {
        "endpoint_url": env.str("MEDIA_S3_ENDPOINT", "") or None,
        "region_name": env.str("MEDIA_S3_REGION", "") or None,
        # Without keys the library takes those of the machine's own role.
        "access_key": env.str("MEDIA_S3_ACCESS_KEY", "") or None,
        "secret_key": env.str("MEDIA_S3_SECRET_KEY", "") or None,
        "addressing_style": "path",
        "file_overwrite": False,
        "default_acl": None,
        "max_memory_size": 10 * 1024 * 1024,
    }
    return {
        "default": {
            "BACKEND": "elearn.service.objects.MediaStorage",
            "OPTIONS": {**shared, "bucket_name": env.str("MEDIA_S3_BUCKET")},
        },
        "records": {
            "BACKEND": "elearn.service.objects.RecordsStorage",
            "OPTIONS": {**shared, "bucket_name": env.str("MEDIA_S3_RECORDS_BUCKET")},
        },
    }
