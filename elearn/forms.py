"""Forms in the site's own look, with errors tied to their fields."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Form templates come from the project's templates, so that all forms look the same."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
