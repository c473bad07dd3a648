"""Addresses of the directory's own screens in the admin."""

from django.urls import path

from cms.admin.directory.upkeep import UpkeepView

urlpatterns = [
    path("directory/upkeep/", UpkeepView.as_view(), name="directory_upkeep"),
]
