"""The directory's entries in the admin: lists with filters, forms, history and choosers."""

from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.admin.directory import panels
from cms.models import Area, Network, Organisation, Practice, Service, ServiceKind
from cms.models.directory.keeping import HIDE_AFTER
from curriculum.clock import today

STATES = [
    ("shown", "Found by the search"),
    ("due", "Due for a check"),
    ("hidden", "Hidden, since nobody has checked it"),
    ("gone", "Missing from the last import"),
    ("off", "Not in use"),
]


class CheckedFilterSet(WagtailFilterSet):
    """By how an entry stands with its checks."""

    state = django_filters.ChoiceFilter(label="State", choices=STATES, method="filter_state")

    def filter_state(self, entries: Any, name: str, value: str) -> Any:
        if value == "hidden":
            return entries.filter(is_shown=True, checked_on__lte=today() - HIDE_AFTER)
        if value == "gone":
            return entries.exclude(gone_on=None)
        if value == "off":
            return entries.filter(is_shown=False)
        return entries.due_for_check() if value == "due" else entries.shown()


class ServiceFilterSet(CheckedFilterSet):
    class Meta:
        model = Service
        fields = ["state", "kinds", "areas", "organisation"]


class PracticeFilterSet(CheckedFilterSet):
    class Meta:
        model = Practice
        fields = ["state", "network", "council"]


class DirectoryViewSet(SnippetViewSet):
    """What the lists of the directory share."""

    list_per_page = 50
    search_backend_name = None
    search_fields = ["name"]
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.all()


class ServiceViewSet(DirectoryViewSet):
    """Services."""

    model = Service
    icon = "list-ul"
    menu_label = "Services"
    edit_handler = panels.SERVICE
    filterset_class = ServiceFilterSet
    search_fields = ["name", "summary", "organisation__name"]
    list_display = [
        "name",
        Column("organisation", label="Organisation", sort_key="organisation__name"),
        DateColumn("checked_on", label="Last checked", sort_key="checked_on"),
        BooleanColumn("is_shown", label="In use", sort_key="is_shown"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        return Service.objects.select_related("organisation")


class PracticeViewSet(DirectoryViewSet):
    """Practices."""

    model = Practice
    icon = "home"
    menu_label = "Practices"
    edit_handler = panels.PRACTICE
    filterset_class = PracticeFilterSet
    list_display = [
        "name",
        Column("network", label="Network", sort_key="network__name"),
        DateColumn("checked_on", label="Last checked", sort_key="checked_on"),
        BooleanColumn("is_shown", label="In use", sort_key="is_shown"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Practice]:
        return Practice.objects.select_related("network")


class OrganisationViewSet(DirectoryViewSet):
    """Organisations."""

    model = Organisation
    icon = "group"
    menu_label = "Organisations"
    edit_handler = panels.ORGANISATION
    list_display = ["name", Column("many", label="Services", sort_key="many")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return Organisation.objects.annotate(many=Count("services"))


class KindViewSet(DirectoryViewSet):
    """Kinds of service, with the words that ask for them."""

    model = ServiceKind
    icon = "tag"
    menu_label = "Kinds and needs"
    edit_handler = panels.KIND
    search_fields = ["name", "slug", "needs__words"]
    list_display = ["name", "slug", Column("many", label="Everyday words", sort_key="many")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceKind]:
        # Searching joins the needs once more, which would count each of them several times.
        return ServiceKind.objects.annotate(many=Count("needs", distinct=True))


class AreaViewSet(DirectoryViewSet):
    """Councils and wards."""

    model = Area
    icon = "site"
    menu_label = "Councils and wards"
    edit_handler = panels.AREA
    list_filter = ["extent", "within"]
    list_display = ["name", "get_extent_display", "code", "within"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        return Area.objects.select_related("within")


class NetworkViewSet(DirectoryViewSet):
    """Primary care networks."""

    model = Network
    icon = "link"
    menu_label = "Networks"
    edit_handler = panels.NETWORK
    list_display = ["name", Column("many", label="Practices", sort_key="many")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Network]:
        return Network.objects.annotate(many=Count("practices"))


class EditorMenuItem(MenuItem):
    """Shown to those who edit services."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cms.change_service")


class DirectoryGroup(SnippetViewSetGroup):
    """The menu “Directory”."""

    menu_label = "Directory"
    menu_icon = "globe"
    menu_order = 225
    items = (
        ServiceViewSet,
        PracticeViewSet,
        OrganisationViewSet,
        KindViewSet,
        AreaViewSet,
        NetworkViewSet,
    )

    def get_submenu_items(self) -> list[Any]:
        return [
            EditorMenuItem("To check", reverse("directory_upkeep"), icon_name="tasks", order=0),
            *super().get_submenu_items(),
            EditorMenuItem(
                "Import and export", reverse("directory_import"), icon_name="upload", order=90
            ),
        ]
