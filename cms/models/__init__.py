"""Wagtail pages, the media library and the site's settings."""

from cms.models.media import Picture, Recording, Rendition
from cms.models.pages import HomePage, ModulePage, ProgrammePage, QuizPage, ReadingPage
from cms.models.settings import SiteSettings
from cms.models.standard import StandardPage

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
