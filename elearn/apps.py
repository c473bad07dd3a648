from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class ElearnConfig(AppConfig):
    name = "elearn"
    verbose_name = "Common Ground"
    default = True  # of the two in this file

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in as signed_in
        from allauth.mfa.signals import authenticator_added
        from allauth.socialaccount.signals import social_account_added
        from django.contrib.auth.signals import user_logged_in

        from elearn import own_account, privacy  # noqa: F401 - registers personal data
        from elearn.identity import factors, following

        user_logged_in.connect(own_account.on_signed_in, dispatch_uid="elearn.signed_in")
        authenticator_added.connect(factors.on_added)
        signed_in.connect(factors.on_signed_in)
        social_account_added.connect(following.on_connected)


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with forms that fit our user model."""

    user_viewset = "cms.admin.people.PeopleViewSet"
