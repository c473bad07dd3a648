"""Taking a module elsewhere as one file, and bringing one in: first what would be made, then it."""

import tempfile
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.permissions import page_permission_policy

from cms.models import ModuleImport, ModulePage, ProgrammePage
from cms.portable.archive import MOST_BYTES
from cms.portable.loaded import Loaded
from cms.portable.problems import PortableError
from cms.portable.transfer import export_module, import_module, programmes_for
from cms.portable.write import CannotWrite
from curriculum.text import clean_line

KEPT_FOR = timedelta(hours=1)
SESSION_KEY = "module_imports"
KEYS = [
    ("copy", "As a copy: a new module that shares nothing with the one it was made from"),
    ("own", "With its own keys: it is the same module, made here for the first time or brought up"),
]
FATES = {
    "created": "New",
    "unchanged": "Here already, the same",
    "draft": "Here already: gets a draft with this version",
}


class ImportForm(forms.Form):
    """Which file, where to, and whether the pages are to be themselves or copies."""

    archive = forms.FileField(
        label="File",
        help_text=f"A module that was exported, up to {MOST_BYTES // 1024 // 1024} MB.",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    programme = forms.ModelChoiceField(ProgrammePage.objects.none(), label="Into the programme")
    keys = forms.ChoiceField(label="How", choices=KEYS, initial="copy", widget=forms.RadioSelect)

    def __init__(self, *args: Any, programmes: list[ProgrammePage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = ProgrammePage.objects.filter(pk__in=[page.pk for page in programmes])
        field: Any = self.fields["programme"]
        field.queryset = found.order_by("path")
        field.empty_label = None

    def clean_archive(self) -> Any:
        archive = self.cleaned_data["archive"]
        if archive.size > MOST_BYTES:
            most = MOST_BYTES // 1024 // 1024
            raise forms.ValidationError(f"The file has more than {most} MB.")
        return archive


# ── Out ───────────────────────────────────────────────────────────────────
def _module(request: HttpRequest, pk: int) -> ModulePage:
    """A module that this person may edit. Raises Http404 for everybody else's."""
    found = ModulePage.objects.filter(pk=pk).first()
    if found is None or not found.permissions_for_user(request.user).can_edit():
        raise Http404("There is no such module for you.")
    return found


@method_decorator(never_cache, name="dispatch")
class ExportView(WagtailAdminTemplateMixin, TemplateView):
    """What there is to take, in which version; and the file itself where one is asked for."""

    page_title = "Export"
    header_icon = "download"
    template_name = "cms/admin/transfer/export.html"
    refusal = ""

    @cached_property
    def module(self) -> ModulePage:
        return _module(self.request, self.kwargs["page"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        module = self.module
        above = {
            "url": reverse("wagtailadmin_explore", args=[module.pk]),
            "label": module.get_admin_display_title(),
        }
        return [*super().get_breadcrumbs_items(), above, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = request.GET.get("version", "")
        if version not in {"saved", "live"} or (version == "live" and not self.module.live):
            return self.render_to_response(self.get_context_data())
        # The response closes the file, and a file that is closed is gone.
        target = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            export_module(self.module, target, as_saved=version == "saved")
        except CannotWrite as refusal:
            target.close()
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        target.seek(0)
        name = f"{self.module.slug}.zip"
        return FileResponse(target, as_attachment=True, filename=name)  # type: ignore[return-value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages = self.module.get_children().defer_streamfields().specific(defer=True)
        return super().get_context_data(
            module=self.module, pages=pages, refusal=self.refusal, **kwargs
        )


def export_buttons(page: Any, user: Any, **kwargs: Any) -> Any:
    """“Export” in the menu of a module's page, for those who may edit it."""
    if isinstance(page, ModulePage) or page.specific_class is ModulePage:
        if page.permissions_for_user(user).can_edit():
            url = reverse("module_export", args=[page.pk])
            yield Button("Export", url, icon_name="download", priority=35)
    elif page.specific_class is ProgrammePage and page.permissions_for_user(user).can_add_subpage():
        url = f"{reverse('module_import')}?programme={page.pk}"
        yield Button("Import a module", url, icon_name="upload", priority=35)


# ── In ────────────────────────────────────────────────────────────────────
class ImportMenuItem(MenuItem):
    """Shown to those who write pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        # Wagtail's own menu has asked the same already, and the answer is kept.
        return page_permission_policy.user_has_any_permission(request.user, {"add"})


@method_decorator(never_cache, name="dispatch")
class ImportView(WagtailAdminTemplateMixin, TemplateView):
    """Choose a file. It is read, nothing is made, and what it would make is shown next."""

    page_title = "Import a module"
    header_icon = "upload"
    template_name = "cms/admin/transfer/import.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def form(self) -> ImportForm:
        programmes = programmes_for(self.request.user)
        if not programmes:
            raise Http404("There is no programme that this person may add to.")
        wanted = {"programme": self.request.GET.get("programme", "")}
        data = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return ImportForm(*data, programmes=programmes, initial=wanted)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        made = _keep(request, **self.form.cleaned_data)
        request.session[SESSION_KEY] = [str(made.uuid)]
        return redirect("module_import_plan", made.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, **kwargs)


def _keep(request: HttpRequest, archive: Any, programme: ProgrammePage, keys: str) -> ModuleImport:
    """Keep an upload apart until it is confirmed, with what it would make."""
    user: Any = request.user
    _forget(ModuleImport.objects.filter(user=user, done_at=None))
    _forget(ModuleImport.objects.filter(created_at__lt=timezone.now() - KEPT_FOR))
    is_copy = keys == "copy"
    made = ModuleImport(
        user=user, programme=programme, is_copy=is_copy, name=clean_line(archive.name)[:120]
    )
    try:
        made.found = _said(import_module(archive, programme, user, is_copy=is_copy, dry=True))
    except PortableError as refusal:
        made.found = _problems(refusal)
    else:
        archive.seek(0)
        made.archive = storages["records"].save(f"imports/{made.uuid}.zip", File(archive))
    made.save()
    return made


def _forget(imports: Any) -> None:
    for made in imports:
        if made.archive:
            storages["records"].delete(made.archive)
        made.delete()


def _said(loaded: Loaded) -> dict[str, Any]:
    return {
        "rows": [[kind, title, FATES[fate]] for kind, title, fate in loaded.rows],
        "changes": any(fate != "unchanged" for _, _, fate in loaded.rows),
        "media": loaded.media,
        "notes": [str(note) for note in loaded.notes],
        "drafts": [[draft.title, draft.comparison] for draft in loaded.drafts],
        "page": loaded.page,
    }


def _problems(refusal: PortableError) -> dict[str, Any]:
    return {"problems": [[each.file, each.line, each.message] for each in refusal.problems]}


@method_decorator(never_cache, name="dispatch")
class ImportPlanView(WagtailAdminTemplateMixin, TemplateView):
    """What the file would make, or why it cannot be; confirmed, what it has made."""

    page_title = "What is in the file"
    header_icon = "upload"
    template_name = "cms/admin/transfer/plan.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("module_import"), "label": ImportView.page_title},
            {"url": "", "label": self.page_title},
        ]

    def _own(self, *, lock: bool = False) -> ModuleImport:
        """An upload of this person's in this session. Raises Http404."""
        key: uuid.UUID = self.kwargs["uuid"]
        if str(key) not in self.request.session.get(SESSION_KEY, []):
            raise Http404("There is no such import for you.")
        since = timezone.now() - KEPT_FOR
        rows = ModuleImport.objects.select_related("programme")
        rows = rows.select_for_update(of=("self",)) if lock else rows
        return get_object_or_404(rows, uuid=key, user=self.request.user, created_at__gt=since)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            made = self._own(lock=True)  # pressed twice, the second waits and finds it done
            if not made.done_at and made.archive:
                self._import(made)
        return redirect("module_import_plan", made.uuid)

    def _import(self, made: ModuleImport) -> None:
        user: Any = self.request.user
        if not made.programme.permissions_for_user(user).can_add_subpage():
            raise Http404("This person may no longer add to the programme.")
        records, name = storages["records"], made.archive
        try:
            with records.open(name, "rb") as archive:
                loaded = import_module(archive, made.programme, user, is_copy=made.is_copy)
            made.found, made.done_at = _said(loaded), timezone.now()
            messages.success(self.request, "Imported. Nothing is published yet.")
        except PortableError as refusal:
            made.found = _problems(refusal)
        except FileNotFoundError:
            message = "The file is no longer there. Choose it again."
            made.found = {"problems": [["", 0, message]]}
        made.archive = ""
        made.save()
        transaction.on_commit(lambda: records.delete(name))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = self._own()
        return super().get_context_data(made=made, found=made.found, **kwargs)
