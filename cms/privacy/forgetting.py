"""What the erasure of an account does to Wagtail's own rows and to files of authors."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType

from cms.models import ModuleImport
from curriculum.models import User
from curriculum.privacy.files import discard
from curriculum.privacy.registry import FORMER


def forget_log_of(person: User) -> None:
    """Wagtail's log keeps the name of whom an administrator changed."""
    rows = apps.get_model("wagtailcore.ModelLogEntry").objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    )
    rows.update(label=FORMER, data={})


def forget_settings(person: User) -> None:
    """A person's settings of the admin, with the picture."""
    for profile in apps.get_model("wagtailusers.UserProfile").objects.filter(user=person):
        discard(profile.avatar.name or "", profile.avatar.storage)
        profile.delete()


def forget_uploads(person: User) -> None:
    """Files that were uploaded and never became anything."""
    for upload in apps.get_model("wagtailcore.UploadedFile").objects.filter(
        uploaded_by_user=person
    ):
        discard(upload.file.name or "", upload.file.storage)
        upload.delete()


def forget_imports(person: User) -> None:
    """Modules' files that this person uploaded."""
    mine = ModuleImport.objects.filter(user=person)
    for name in mine.exclude(archive="").values_list("archive", flat=True):
        discard(name)
    mine.delete()
