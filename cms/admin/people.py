"""People and professions in Wagtail's admin."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views.users import IndexView, UserColumn, UserViewSet

from curriculum.models import Profession, User
from curriculum.text import clean_line


class PersonForm(forms.ModelForm):
    """A person as an administrator sees them. Passwords are theirs alone: they set or reset them
    by e-mail."""

    required_css_class = "required"

    class Meta:
        model = User
        fields = [
            "email",
            "full_name",
            "certificate_name",
            "profession",
            "student_number",
            "is_active",
            "is_superuser",
            "groups",
        ]
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        editing_self = kwargs.pop("editing_self", False)
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
        self.fields["is_superuser"].label = "Administrator of everything"
        if editing_self:
            # Nobody locks themself out.
            del self.fields["is_active"]
            del self.fields["is_superuser"]

    # What Wagtail's user templates ask of their form.
    @property
    def username_field(self) -> forms.BoundField:
        return self["email"]

    def separate_username_field(self) -> bool:
        return False

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(email__iexact=email).exists():
            raise forms.ValidationError("Somebody else has this e-mail address.")
        return email

    def clean_full_name(self) -> str:
        return clean_line(self.cleaned_data["full_name"])

    def save(self, commit: bool = True) -> User:
        is_new = self.instance.pk is None
        user: User = super().save(commit=False)
        if is_new:
            user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
            _keep_address(user)
        return user


def _keep_address(user: User) -> None:
    """The address an administrator entered counts as verified; allauth signs people in by it."""
    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True}
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
    address.set_as_primary()
    EmailAddress.objects.filter(user=user).exclude(pk=address.pk).delete()


class PeopleIndexView(IndexView):
    """The list of people, by name."""

    default_ordering = "name"

    @cached_property
    def columns(self) -> list[Column]:
        name = self._get_title_column_class(UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name(
                "name",
                accessor="get_full_name",
                label="Name",
                sort_key="name",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("email", label="E-mail", sort_key="email"),
            Column("profession", label="Profession", sort_key="profession"),
            BooleanColumn("is_staff", label="Works here", sort_key="is_staff"),
            BooleanColumn("is_active", label="Active", sort_key="is_active"),
            DateColumn("last_login", label="Last sign-in", sort_key="last_login"),
        ]

    @cached_property
    def search_fields(self) -> set[str]:
        return {"full_name", "email", "student_number"}

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("profession")

    def order_queryset(self, queryset: Any) -> Any:
        if self.ordering in {"name", "-name"}:
            descending = "-" if self.ordering.startswith("-") else ""
            return queryset.order_by(f"{descending}full_name", "email")
        return super().order_queryset(queryset)


class PeopleViewSet(UserViewSet):
    """Wagtail's user administration for our user model."""

    menu_label = "People"
    ordering = "full_name"
    index_view_class = PeopleIndexView
    template_prefix = "cms/admin/people/"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonForm


class ProfessionViewSet(ModelViewSet):
    """Professions are rows: an administrator adds the next one."""

    model = Profession
    icon = "tag"
    menu_label = "Professions"
    menu_name = "professions"
    add_to_settings_menu = True
    list_display = ["name", "side", "position", "is_active"]
    ordering = ["position", "name"]
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("side"),
        FieldPanel("position"),
        FieldPanel("is_active"),
    ]
