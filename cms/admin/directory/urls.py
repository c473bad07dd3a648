"""Addresses of the directory's own screens in the admin."""

from django.urls import path

from cms.admin.directory.importing import ExportView, ImportView, PlanView, PostcodesView
from cms.admin.directory.upkeep import UpkeepView

urlpatterns = [
    path("directory/upkeep/", UpkeepView.as_view(), name="directory_upkeep"),
    path("directory/import/", ImportView.as_view(), name="directory_import"),
    path("directory/import/<uuid:key>/", PlanView.as_view(), name="directory_import_plan"),
    path("directory/export/<str:kind>/", ExportView.as_view(), name="directory_export"),
    path("directory/postcodes/", PostcodesView.as_view(), name="directory_postcodes"),
]
