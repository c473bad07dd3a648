"""The authors' media library: pictures, drawings and recordings."""

from io import BytesIO
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtailmedia.models import AbstractMedia

from cms.pictures import re_encoded
from cms.svg import clean_svg, with_own_colours


class Picture(AbstractImage):
    """A picture, which is drawn anew before it is kept, or an SVG drawing. A drawing that could run
    or load anything is not accepted."""

    file: Any  # as Wagtail has it

    admin_form_fields = Image.admin_form_fields

    def clean(self) -> None:
        super().clean()
        if not self.file:
            return
        try:
            if self.file.name.lower().endswith(".svg"):
                clean_svg(self._bytes(), prefix="check")
            elif not self.file._committed:  # what is in the library already was drawn anew
                self.file = ContentFile(re_encoded(self._bytes()), name=self.file.name)
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from None

    def _bytes(self) -> bytes:
        self.file.open("rb")
        found: bytes = self.file.read()
        self.file.seek(0)
        return found

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> File:
        """A drawing gets its colours, which it otherwise has from the page around it."""
        file: File = super().generate_rendition_file(filter, source=source)
        if not str(file.name).endswith(".svg"):
            return file
        file.seek(0)
        return File(BytesIO(with_own_colours(file.read())), name=file.name)

    class Meta(AbstractImage.Meta):
        verbose_name = "picture"
        verbose_name_plural = "pictures"
        permissions: ClassVar[list[Any]] = [("choose_image", "Can choose image")]


class Rendition(AbstractRendition):
    """A resized copy of a picture, for the admin; learners see frozen copies."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class Recording(AbstractMedia):
    """A film or a sound recording."""

    admin_form_fields = ("title", "file", "collection", "duration", "width", "height", "tags")

    class Meta(AbstractMedia.Meta):
        verbose_name = "recording"
        verbose_name_plural = "recordings"
