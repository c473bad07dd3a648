"""Versions of practices and kinds; who edits the directory, and who sees what is not public."""

import django.db.models.deletion
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

EDITORS = "Directory editors"
MODELS = [
    "service",
    "practice",
    "organisation",
    "servicekind",
    "area",
    "network",
    "postcode",
    "entryreport",
]
# Whose work it is to reach others: they read the professional line and the notes, and change nothing.
READERS = ["Tutors", "GP reviewers", "Social work reviewers", "Course leads"]


def add(apps, schema_editor):
    # Permissions are usually made after all migrations; these are needed now.
    create_permissions(installed.get_app_config("cms"), apps=apps, verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")

    def permission(label, codename):
        return Permission.objects.get(content_type__app_label=label, codename=codename)

    notes = permission("cms", "see_professional_notes")
    edit = [
        permission("cms", f"{action}_{model}")
        for model in MODELS
        for action in ("add", "change", "delete", "view")
    ]
    editors, _ = Group.objects.get_or_create(name=EDITORS)
    editors.permissions.add(permission("wagtailadmin", "access_admin"), notes, *edit)
    for group in Group.objects.filter(name="Administrators"):
        group.permissions.add(notes, *edit)
    for group in Group.objects.filter(name__in=READERS):
        group.permissions.add(notes)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=EDITORS, user=None).delete()


def latest_revision():
    return models.ForeignKey(
        blank=True,
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="wagtailcore.revision",
        verbose_name="latest revision",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0016_directory"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [
        migrations.AddField("practice", "latest_revision", latest_revision()),
        migrations.AddField("servicekind", "latest_revision", latest_revision()),
        migrations.RunPython(add, remove),
    ]
