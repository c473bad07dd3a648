"""The directory's public addresses."""

from django.urls import path

from cms.directory.views import (
    DirectoryView,
    EntryView,
    PlaceView,
    PracticesView,
    PracticeView,
    PrintView,
)

urlpatterns = [
    path("", DirectoryView.as_view(), name="directory"),
    path("print/", PrintView.as_view(), name="directory_print"),
    path("place/", PlaceView.as_view(), name="directory_place"),
    path("practices/", PracticesView.as_view(), name="directory_practices"),
    path("practices/<uuid:key>/", PracticeView.as_view(), name="directory_practice"),
    path("<uuid:key>/", EntryView.as_view(), name="directory_entry"),
]
