"""Bringing services and postcodes in, and taking services out, in the admin."""

import io
import logging
import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages

from cms.admin.directory.upkeep import EditorScreen
from cms.directory.importing.applying import bring_in
from cms.directory.importing.export import as_csv, as_json, as_workbook
from cms.directory.importing.here import Here
from cms.directory.importing.keeping import forget_file, keep_file, kept_file
from cms.directory.importing.plan import Fate, Plan, plan_for
from cms.directory.importing.reading import MOST_BYTES, MOST_SERVICES, read_services_file
from cms.directory.importing.source import Source
from cms.directory.postcodes import MOST_BYTES as MOST_OF_POSTCODES
from cms.directory.postcodes import load_postcodes
from curriculum.clock import today
from curriculum.domain.errors import Refused
from curriculum.imports.errors import NotReadable
from curriculum.text import clean_line

logger = logging.getLogger(__name__)

PER_PAGE = 100
NOT_TAKEN = (
    "The database refused a row that the plan had passed. Somebody may have saved the same "
    "service at this moment: look at the plan again."
)
MEGABYTE = 1024 * 1024


class ServicesForm(forms.Form):
    """The file with services."""

    file = forms.FileField(
        label="File",
        help_text=(
            f"JSON of Open Referral UK, CSV or XLSX, up to {MOST_BYTES // MEGABYTE} MB and "
            f"{MOST_SERVICES:,} services."
        ),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.txt,.xlsx"}),
    )
    is_whole = forms.BooleanField(
        label="The file holds the whole directory: mark what is missing from it",
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        self.data_of_file = file.read(MOST_BYTES + 1)
        try:
            read_services_file(self.data_of_file)
        except NotReadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file


class ImportView(EditorScreen):
    """Choose a file. It is read and kept apart; nothing is changed."""

    page_title = "Import services"
    header_icon = "upload"
    template_name = "cms/admin/directory/import.html"

    @cached_property
    def form(self) -> ServicesForm:
        posted = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return ServicesForm(*posted)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        data = self.form.cleaned_data
        name = clean_line(data["file"].name)[:100]
        key = keep_file(request.user, self.form.data_of_file, name=name, is_whole=data["is_whole"])
        return redirect("directory_import_plan", key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, **kwargs)


class PlanView(EditorScreen):
    """What the file would do, and everything that is wrong with it; only then is it done."""

    page_title = "What will be done"
    header_icon = "upload"
    template_name = "cms/admin/directory/import_plan.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        items.insert(-1, {"url": reverse("directory_import"), "label": ImportView.page_title})
        return items

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.has_perm("cms.change_service"):
            found = kept_file(request.user, self.kwargs["key"])
            if found is None:
                messages.error(request, "The file is not kept any more. Choose it again.")
                return redirect("directory_import")
            self.file, self.name, self.is_whole = found
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def source(self) -> Source:
        return read_services_file(self.file)

    @cached_property
    def plan(self) -> Plan:
        return plan_for(self.source, Here(), is_whole=self.is_whole)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key: uuid.UUID = self.kwargs["key"]
        if request.POST.get("do") == "forget":
            forget_file(key)
            messages.success(request, "The file was removed. Nothing was changed.")
            return redirect("directory_import")
        try:
            plan = bring_in(
                self.source,
                is_whole=self.is_whole,
                user=request.user,  # type: ignore[arg-type]
                digest=request.POST.get("plan", "-"),
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("directory_import_plan", key)
        except (IntegrityError, DataError) as fault:
            # All or nothing: what the plan did not foresee, the database has refused.
            logger.warning("A planned list for the directory was refused: %s", type(fault).__name__)
            messages.error(request, f"Nothing was changed. {NOT_TAKEN}")
            return redirect("directory_import_plan", key)
        forget_file(key)
        counts = plan.counts
        messages.success(
            request,
            f"Brought in: {counts[Fate.CREATE]} added, {counts[Fate.CHANGE]} changed, "
            f"{counts[Fate.SAME]} as they were, {counts[Fate.GONE]} marked as missing.",
        )
        return redirect("wagtailsnippets_cms_service:list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, plan = self.request.GET, self.plan
        show = asked.get("show", "")
        if show and show not in Fate.values:
            raise Http404("There is no such list.")
        lines = [line for line in plan.lines if not show or line.fate == show]
        return super().get_context_data(
            plan=plan,
            name=self.name,
            show=show,
            counts=[(fate, many) for fate, many in plan.counts.items() if many],
            page=Paginator(lines, PER_PAGE).get_page(asked.get("p")),
            problems=plan.problems[:PER_PAGE],
            **kwargs,
        )


class ExportView(EditorScreen):
    """All services as a file; what is for professionals only stands in none."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        kind = self.kwargs["kind"]
        name = f"directory-{today().isoformat()}.{kind}"
        if kind == "csv":
            response: Any = StreamingHttpResponse(as_csv(), content_type="text/csv; charset=utf-8")
        elif kind == "json":
            response = HttpResponse(as_json(), content_type="application/json")
        elif kind == "xlsx":
            return FileResponse(as_workbook(), as_attachment=True, filename=name)
        else:
            raise Http404("There is no such file.")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class PostcodesForm(forms.Form):
    """The table of postcodes."""

    file = forms.FileField(
        label="File",
        help_text=(
            "A CSV table with the columns pcds, oslaua and osward, up to "
            f"{MOST_OF_POSTCODES // MEGABYTE} MB. Rows of councils that are not in the directory "
            "are passed over."
        ),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_OF_POSTCODES:
            raise forms.ValidationError("The file is too large to be sent; use the command.")
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("The letters in this file cannot be read.") from None
        try:
            self.loaded = load_postcodes(io.StringIO(text, newline=""))
        except NotReadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        for row, message in self.loaded.problems:
            self.add_error("file", f"Row {row}: {message}")
        return file


class PostcodesView(EditorScreen):
    """Choose a table; it is taken over whole, or not at all."""

    page_title = "Import postcodes"
    header_icon = "upload"
    template_name = "cms/admin/directory/postcodes.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PostcodesForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(request, str(form.loaded))
        return redirect("directory_postcodes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", PostcodesForm())
        return super().get_context_data(**kwargs)
