"""Registers the operator's page; nothing else happens here."""

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from elearn.service.operating import OperatingView, may_operate


class OperatorMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request):
        return may_operate(request.user)


@hooks.register("register_admin_urls")
def register_urls():
    return [path("service/", OperatingView.as_view(), name="operating")]


@hooks.register("register_settings_menu_item")
def register_item():
    return OperatorMenuItem("The service", reverse("operating"), icon_name="cogs", order=900)
