"""Wagtail pages, the media library and the site's settings."""

from cms.models.activities import QuizPage, ReadingPage, ReflectionPage
from cms.models.case import CasePage
from cms.models.home import HomePage
from cms.models.media import Picture, Recording, Rendition
from cms.models.outcomes import Framework, ModuleOutcome, Outcome, OutcomeCode
from cms.models.programme import ModulePage, ProgrammePage
from cms.models.reviews import Review
from cms.models.settings import SiteSettings
from cms.models.standard import StandardPage
from cms.models.truth import KeptTrue, Tag, TagKind

__all__ = [
    "CasePage",
    "Framework",
    "HomePage",
    "KeptTrue",
    "ModuleOutcome",
    "ModulePage",
    "Outcome",
    "OutcomeCode",
    "Picture",
    "ProgrammePage",
    "QuizPage",
    "ReadingPage",
    "Recording",
    "ReflectionPage",
    "Rendition",
    "Review",
    "SiteSettings",
    "StandardPage",
    "Tag",
    "TagKind",
]
