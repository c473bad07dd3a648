"""What is remembered."""

from curriculum.models.adjustments import Adjustment
from curriculum.models.attempts import Attempt, Response
from curriculum.models.catalogue import Catalogue
from curriculum.models.certificates import Certificate
from curriculum.models.cohorts import Cohort, DueDate, Enrolment, Group, OwnDueDate
from curriculum.models.editions import Edition, FrozenFile
from curriculum.models.glossary import Term
from curriculum.models.jobs import Download, Job
from curriculum.models.meetings import Attendance, Meeting
from curriculum.models.names import NameRequest
from curriculum.models.outline import Activity, Inclusion, Module, Programme, Requirement
from curriculum.models.people import Profession, User
from curriculum.models.privacy import Access, Closure
from curriculum.models.problems import ProblemReport
from curriculum.models.progress import Completion, ModuleCompletion, ProgrammeCompletion
from curriculum.models.reflections import (
    Consultation,
    Exemplar,
    Feedback,
    SavedComment,
    StaffReading,
    Version,
    Writing,
)
from curriculum.models.regrades import Regrade, RegradedAttempt
from curriculum.models.reminders import Reminder
from curriculum.models.roster import Invitation, RosterImport
from curriculum.models.service import ScheduledRun, UnsentMail, WorkerBeat
from curriculum.models.signoffs import KeyRanking, ReviewNote, SignOff
from curriculum.models.surveys import SurveyConsent

__all__ = [
    "Access",
    "Activity",
    "Adjustment",
    "Attempt",
    "Attendance",
    "Catalogue",
    "Certificate",
    "Closure",
    "Cohort",
    "Completion",
    "Consultation",
    "Download",
    "DueDate",
    "Edition",
    "Enrolment",
    "Exemplar",
    "Feedback",
    "FrozenFile",
    "Group",
    "Inclusion",
    "Invitation",
    "Job",
    "KeyRanking",
    "Meeting",
    "Module",
    "ModuleCompletion",
    "NameRequest",
    "OwnDueDate",
    "ProblemReport",
    "Profession",
    "Programme",
    "ProgrammeCompletion",
    "Regrade",
    "RegradedAttempt",
    "Reminder",
    "Requirement",
    "Response",
    "ReviewNote",
    "RosterImport",
    "SavedComment",
    "ScheduledRun",
    "SignOff",
    "StaffReading",
    "SurveyConsent",
    "Term",
    "UnsentMail",
    "User",
    "Version",
    "WorkerBeat",
    "Writing",
]
