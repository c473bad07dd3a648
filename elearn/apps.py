from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class ElearnConfig(AppConfig):
    name = "elearn"
    verbose_name = "Common Ground"


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with forms that fit our user model."""

    user_viewset = "cms.admin.people.PeopleViewSet"
