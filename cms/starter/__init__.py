"""The starter curriculum, in the portable format, and the site's first texts."""

from pathlib import Path

import yaml
from django.db import transaction

from cms.directory.kinds import load_kinds
from cms.models import CasePage, HomePage
from cms.portable.load import load_programme, load_standard_pages

HERE = Path(__file__).parent
PROGRAMME = HERE / "working-with-social-care"
TASTER = "the-empty-fridge"


@transaction.atomic
def load_starter(programme_folder: Path = PROGRAMME) -> list[str]:
    """Load everything that comes with the software, or nothing; says what was done, a line each."""
    kinds = load_kinds()
    home = _load_home()
    pages = load_standard_pages(HERE / "pages")
    programme = load_programme(programme_folder)
    return [
        f"Kinds of service: {kinds} added",
        f"Home page: {home}",
        f"Pages: {pages}",
        *pages.drafts_said,
        f"Programme: {programme}",
        *programme.drafts_said,
        f"Case to try: {_choose_taster()}",
    ]


def _choose_taster() -> str:
    """Offer a case on the home page, unless somebody has edited that page."""
    home = HomePage.objects.get()
    if home.taster_id or home.revisions.exclude(user=None).exists():
        return "unchanged"
    home.taster = CasePage.objects.get(slug=TASTER)
    home.save_revision(log_action=False).publish(log_action=False)
    return "chosen"


def _load_home() -> str:
    home = HomePage.objects.get()
    if home.revisions.exclude(user=None).exists():
        return "edited here and left as it is"
    data = yaml.safe_load((HERE / "pages" / "home.yaml").read_text(encoding="utf-8"))
    promises = [
        {"type": "promise", "value": promise, "id": f"promise-{n}"}
        for n, promise in enumerate(data["promises"], start=1)
    ]
    wanted = {
        "heading": data["heading"],
        "lede": data["lede"],
        "search_description": data["description"],
        "promises": home._meta.get_field("promises").to_python(promises),
    }
    same = list(home.promises.raw_data) == list(wanted["promises"].raw_data)
    if same and home.lede == data["lede"]:
        return "unchanged"
    for name, value in wanted.items():
        setattr(home, name, value)
    home.save_revision(log_action=False).publish(log_action=False)
    return "loaded"
