from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Content"

    def ready(self) -> None:
        from cms import publishing, reminders
        from cms.directory import changes

        publishing.connect()
        reminders.connect()
        changes.connect()
