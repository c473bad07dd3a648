"""The starter curriculum, in the portable format, and the site's first texts."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from django.db import transaction

from cms.models import HomePage
from cms.portable.load import load_programme, load_standard_pages

HERE = Path(__file__).parent


@transaction.atomic
def load_starter() -> Iterator[str]:
    """Load everything that comes with the software; yields what was done, a line each."""
    yield f"Home page: {_load_home()}"
    yield f"Pages: {load_standard_pages(HERE / 'pages')}"
    yield f"Programme: {load_programme(HERE / 'working-with-social-care')}"


def _load_home() -> str:
    home = HomePage.objects.get()
    if home.revisions.exclude(user=None).exists():
        return "edited here and left as it is"
    data = yaml.safe_load((HERE / "pages" / "home.yaml").read_text(encoding="utf-8"))
    promises = [
        {"type": "promise", "value": promise, "id": f"promise-{n}"}
        for n, promise in enumerate(data["promises"], start=1)
    ]
    field = home._meta.get_field("promises")
    home.promises = field.to_python(promises)
    home.heading, home.lede = data["heading"], data["lede"]
    home.search_description = data["description"]
    home.save_revision(log_action=False).publish(log_action=False)
    return "loaded"
