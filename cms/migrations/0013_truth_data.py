"""Outcomes that were lines of a module's page become outcomes of their own, in the latest drafts
too; and the roles may keep tags, outcomes and the glossary."""

import json

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

EDIT, ALL = ["add", "change", "view"], ["add", "change", "delete", "view"]
ROLES = {
    "Tutors": EDIT,
    "GP reviewers": ["view"],
    "Social work reviewers": ["view"],
    "Course leads": ["view"],
    "Administrators": ALL,
}
MODELS = [("cms", "tag"), ("cms", "outcome"), ("curriculum", "term")]


def carry_over(apps, schema_editor):
    ModulePage = apps.get_model("cms", "ModulePage")
    ModuleOutcome = apps.get_model("cms", "ModuleOutcome")
    Revision = apps.get_model("wagtailcore", "Revision")
    for page in ModulePage.objects.all():
        made = _Outcomes(apps.get_model("cms", "Outcome"), page.slug)
        rows = {}
        for n, outcome in enumerate(made.of(page.outcomes.raw_data)):
            row = ModuleOutcome.objects.create(page=page, outcome=outcome, sort_order=n)
            rows[outcome.pk] = row.pk
        # Drafts that are to come: the newest, and those that wait for their day.
        drafts = Revision.objects.filter(object_id=str(page.pk), content_type=page.content_type)
        waiting = drafts.exclude(approved_go_live_at=None)
        for revision in drafts.filter(pk=page.latest_revision_id).union(waiting):
            lines = json.loads(revision.content.get("outcomes") or "[]")
            revision.content["module_outcomes"] = [
                {
                    "pk": rows.get(outcome.pk),
                    "sort_order": n,
                    "page": page.pk,
                    "outcome": outcome.pk,
                }
                for n, outcome in enumerate(made.of(lines))
            ]
            Revision.objects.filter(pk=revision.pk).update(content=revision.content)


class _Outcomes:
    """The outcomes of one module, each text once."""

    def __init__(self, model, slug):
        self.model, self.slug, self.known = model, slug, {}

    def of(self, lines):
        texts = [" ".join((line["value"] or "").split()) for line in lines]
        return [self._one(text) for text in dict.fromkeys(texts) if text]

    def _one(self, text):
        if text not in self.known:
            # The same key that a file without keys is given, so that nothing is made twice.
            number = len(self.known) + 1
            while self.model.objects.filter(key=f"{self.slug[:50]}-{number}").exists():
                number += 1
            key = f"{self.slug[:50]}-{number}"
            self.known[text] = self.model.objects.create(key=key, text=text)
        return self.known[text]


def allow(apps, schema_editor):
    # Permissions are usually made after all migrations; these are needed now.
    for label in {label for label, _ in MODELS}:
        create_permissions(installed.get_app_config(label), apps=apps, verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=ROLES):
        for label, model in MODELS:
            names = [f"{action}_{model}" for action in ROLES[group.name]]
            group.permissions.add(
                *Permission.objects.filter(content_type__app_label=label, codename__in=names)
            )


class Migration(migrations.Migration):
    dependencies = [("cms", "0012_truth"), ("curriculum", "0010_terms")]
    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunPython(allow, migrations.RunPython.noop),
        migrations.RemoveField(model_name="modulepage", name="outcomes"),
    ]
