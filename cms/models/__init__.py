"""Wagtail pages, the media library and the site's settings."""

from cms.models.activities import QuizPage, ReadingPage, ReflectionPage
from cms.models.case import CasePage
from cms.models.home import HomePage
from cms.models.media import Picture, Recording, Rendition
from cms.models.programme import ModulePage, ProgrammePage
from cms.models.review_task import ReviewMail, SignOffTask
from cms.models.settings import SiteSettings
from cms.models.standard import StandardPage

__all__ = [
    "CasePage",
    "HomePage",
    "ModulePage",
    "Picture",
    "ProgrammePage",
    "QuizPage",
    "ReadingPage",
    "Recording",
    "ReflectionPage",
    "Rendition",
    "ReviewMail",
    "SignOffTask",
    "SiteSettings",
    "StandardPage",
]
