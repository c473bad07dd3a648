from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Content"

    def ready(self) -> None:
        from cms import privacy, publishing, reminders  # noqa: F401 - registers personal data

        publishing.connect()
        reminders.connect()
