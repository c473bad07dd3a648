from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Content"

    def ready(self) -> None:
        from cms import publishing, reminders
        from cms.directory import changes
        from cms.privacy import ours, wagtails  # noqa: F401 - they register personal data

        publishing.connect()
        reminders.connect()
        changes.connect()
