"""The professions that a new site begins with. They are rows: administrators add others."""

from django.db import migrations

PROFESSIONS = [
    ("Medical student", "health", 10),
    ("Social work student", "social-care", 20),
    ("Nursing student", "health", 30),
    ("Other health student", "health", 40),
    ("General practitioner", "health", 50),
    ("Social worker", "social-care", 60),
    ("Nurse", "health", 70),
    ("Other doctor", "health", 80),
    ("Other social care worker", "social-care", 90),
    ("Somebody else", "other", 100),
]


def add(apps, schema_editor):
    Profession = apps.get_model("curriculum", "Profession")
    for name, side, position in PROFESSIONS:
        Profession.objects.get_or_create(name=name, defaults={"side": side, "position": position})


def remove(apps, schema_editor):
    Profession = apps.get_model("curriculum", "Profession")
    Profession.objects.filter(name__in=[name for name, _, _ in PROFESSIONS], people=None).delete()


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
