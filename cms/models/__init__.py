"""Wagtail pages, the media library and the site's settings."""

from cms.models.media import Picture, Recording, Rendition
from cms.models.pages import (
    HomePage,
    ModulePage,
    ProgrammePage,
    QuizPage,
    ReadingPage,
    StandardPage,
)
from cms.models.settings import SiteSettings

__all__ = [
    "HomePage",
    "ModulePage",
    "Picture",
    "ProgrammePage",
    "QuizPage",
    "ReadingPage",
    "Recording",
    "Rendition",
    "SiteSettings",
    "StandardPage",
]
