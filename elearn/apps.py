from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class ElearnConfig(AppConfig):
    name = "elearn"
    verbose_name = "Common Ground"
    default = True  # of the two in this file

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from elearn import own_account, privacy  # noqa: F401 - registers personal data

        user_logged_in.connect(own_account.on_signed_in, dispatch_uid="elearn.signed_in")


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with forms that fit our user model."""

    user_viewset = "cms.admin.people.PeopleViewSet"
