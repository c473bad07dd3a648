"""The workflow "Health and social care sign-off", for everything below the root."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Health and social care sign-off"
TASKS = [
    ("GP sign-off", "gp", "GP reviewers"),
    ("Social work sign-off", "social-worker", "Social work reviewers"),
]


def add(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    SignOffTask = apps.get_model("cms", "SignOffTask")

    # Permissions are usually made after all migrations; this one is needed now.
    create_permissions(installed.get_app_config("curriculum"), apps=apps, verbosity=0)
    see_desk = apps.get_model("auth", "Permission").objects.get(codename="see_desk")
    kind, _ = ContentType.objects.get_or_create(app_label="cms", model="signofftask")
    workflow = Workflow.objects.create(name=NAME, active=True)
    for order, (name, role, group) in enumerate(TASKS):
        task = SignOffTask.objects.create(name=name, role=role, active=True, content_type=kind)
        reviewers = Group.objects.get(name=group)
        reviewers.permissions.add(see_desk)
        task.groups.add(reviewers)
        WorkflowTask.objects.create(workflow=workflow, task_id=task.pk, sort_order=order)
    WorkflowPage.objects.create(workflow=workflow, page=Page.objects.get(depth=1))


def remove(apps, schema_editor):
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=NAME).delete()
    apps.get_model("cms", "SignOffTask").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0008_sign_off"), ("curriculum", "0007_sign_off_records"), ("contenttypes", "0002_remove_content_type_name")]
    operations = [migrations.RunPython(add, remove)]
