"""The roles, as groups with the Wagtail permissions that each needs and no more."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

WRITE = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
LIBRARY = ["add", "change", "choose"]

ROLES = {
    "Tutors": {"admin": ["access_admin"], "pages": WRITE, "library": LIBRARY, "models": {}},
    # Reviewers see and sign what the workflow sends them; the tasks give them access to it.
    "GP reviewers": {"admin": ["access_admin"], "pages": [], "library": [], "models": {}},
    "Social work reviewers": {"admin": ["access_admin"], "pages": [], "library": [], "models": {}},
    "Course leads": {
        "admin": ["access_admin"],
        "pages": [],
        "library": [],
        "models": {("curriculum", "cohort"): ["add", "change", "view"]},
    },
    "Administrators": {
        "admin": ["access_admin"],
        "pages": [*WRITE, "bulk_delete_page"],
        "library": [*LIBRARY, "delete"],
        "models": {
            ("curriculum", "cohort"): ["add", "change", "delete", "view", "see_every_cohort"],
            ("curriculum", "profession"): ["add", "change", "delete", "view"],
            ("curriculum", "user"): ["add", "change", "delete", "view"],
            ("auth", "group"): ["add", "change", "delete", "view"],
            ("cms", "sitesettings"): ["change"],
            ("wagtailredirects", "redirect"): ["add", "change", "delete", "view"],
            ("wagtailcore", "workflow"): ["add", "change", "delete"],
            ("wagtailcore", "task"): ["add", "change", "delete"],
            ("wagtailcore", "collection"): ["add", "change", "delete"],
        },
    },
}
# Wagtail asks for the permissions of its own models, whatever model stands in for them.
LIBRARIES = [
    ("wagtailimages", "image", ["add", "change", "choose", "delete"]),
    ("wagtailmedia", "media", ["add", "change", "delete"]),
    ("wagtaildocs", "document", ["add", "change", "choose", "delete"]),
]


def add(apps, schema_editor):
    # Permissions are usually made after all migrations; these are needed now.
    labels = {label for role in ROLES.values() for label, _ in role["models"]}
    for label in labels | {"wagtailcore"} | {label for label, _, _ in LIBRARIES}:
        create_permissions(installed.get_app_config(label), apps=apps, verbosity=0)

    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    Page = apps.get_model("wagtailcore", "Page")
    PagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    Collection = apps.get_model("wagtailcore", "Collection")
    CollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")

    def permission(label, codename):
        return Permission.objects.get(content_type__app_label=label, codename=codename)

    # Wagtail's own workflow asks a group that is none of ours.
    for model in ("Workflow", "Task"):
        apps.get_model("wagtailcore", model).objects.filter(name="Moderators approval").delete()

    root, library = Page.objects.get(depth=1), Collection.objects.get(depth=1)
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()
    for name, role in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission("wagtailadmin", code) for code in role["admin"]))
        for codename in role["pages"]:
            PagePermission.objects.get_or_create(
                group=group, page=root, permission=permission("wagtailcore", codename)
            )
        for label, model, actions in LIBRARIES:
            for action in set(actions) & set(role["library"]):
                CollectionPermission.objects.get_or_create(
                    group=group,
                    collection=library,
                    permission=permission(label, f"{action}_{model}"),
                )
        for (label, model), actions in role["models"].items():
            for action in actions:
                codename = action if action == "see_every_cohort" else f"{action}_{model}"
                group.permissions.add(permission(label, codename))


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES, user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("curriculum", "0002_professions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailcore", "0094_alter_page_locale"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailmedia", "0005_alter_media_options"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]
    operations = [migrations.RunPython(add, remove)]
