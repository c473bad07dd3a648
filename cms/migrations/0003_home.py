"""A front door in place of Wagtail's welcome page."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations


def add(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("cms", "HomePage")
    Locale = apps.get_model("wagtailcore", "Locale")

    root = Page.objects.get(depth=1)
    for welcome in Page.objects.filter(depth=2, slug="home", content_type__model="page"):
        Site.objects.filter(root_page=welcome).delete()
        welcome.delete()
    content_type, _ = ContentType.objects.get_or_create(model="homepage", app_label="cms")
    home = HomePage.objects.create(
        title="Common Ground",
        draft_title="Common Ground",
        slug="home",
        content_type=content_type,
        path=f"{root.path}0001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=Locale.objects.first(),
    )
    Page.objects.filter(pk=root.pk).update(numchild=1)
    address = urlsplit(settings.SITE_URL)
    Site.objects.create(
        hostname=address.hostname,
        port=address.port or (443 if address.scheme == "https" else 80),
        root_page_id=home.pk,
        is_default_site=True,
        site_name="",
    )


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_groups"), ("contenttypes", "0002_remove_content_type_name")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
