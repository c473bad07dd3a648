"""Wagtail pages, the media library and the site's settings."""

from cms.models.activities import QuizPage, ReadingPage, ReflectionPage
from cms.models.case import CasePage
from cms.models.credits import Credit
from cms.models.directory import (
    Area,
    Contact,
    EntryReport,
    Need,
    Network,
    Opening,
    Organisation,
    Postcode,
    Practice,
    Service,
    ServiceKind,
)
from cms.models.home import HomePage
from cms.models.media import Picture, Recording, Rendition
from cms.models.outcomes import Framework, ModuleOutcome, Outcome, OutcomeCode
from cms.models.programme import ModulePage, ProgrammePage
from cms.models.review_task import ReviewMail, SignOffTask
from cms.models.reviews import Review
from cms.models.roles import RolePage, RoleReading, Side, WhoIsWhoPage
from cms.models.seats import SeatRequest
from cms.models.sessions import SessionPage
from cms.models.settings import SiteSettings
from cms.models.standard import StandardPage
from cms.models.suggestions import Suggestion
from cms.models.surveys import SurveyItem, SurveyItemWording, SurveyPage
from cms.models.transfer import LoadedSource, ModuleImport
from cms.models.truth import KeptTrue, Tag, TagKind

__all__ = [
    "Area",
    "CasePage",
    "Contact",
    "Credit",
    "EntryReport",
    "Framework",
    "HomePage",
    "KeptTrue",
    "LoadedSource",
    "ModuleImport",
    "ModuleOutcome",
    "ModulePage",
    "Need",
    "Network",
    "Opening",
    "Organisation",
    "Outcome",
    "OutcomeCode",
    "Picture",
    "Postcode",
    "Practice",
    "ProgrammePage",
    "QuizPage",
    "ReadingPage",
    "Recording",
    "ReflectionPage",
    "Rendition",
    "Review",
    "ReviewMail",
    "RolePage",
    "RoleReading",
    "SeatRequest",
    "Service",
    "ServiceKind",
    "SessionPage",
    "Side",
    "SignOffTask",
    "SiteSettings",
    "StandardPage",
    "Suggestion",
    "SurveyItem",
    "SurveyItemWording",
    "SurveyPage",
    "Tag",
    "TagKind",
    "WhoIsWhoPage",
]
