from importlib import import_module

from django.apps import AppConfig

# Of personal data.
REGISTERS = ("privacy.learners", "privacy.portfolio", "privacy.staff", "privacy.retention")
# Modules that make their kinds of long work known when they are imported.
LONG_WORK = (
    "domain.roster",
    "exports.bundle",
    "exports.cohort_figures",
    "exports.report_files",
    "inviting",
    "reminding",
    "rescheduling",
)


class CurriculumConfig(AppConfig):
    name = "curriculum"
    verbose_name = "Curriculum"

    def ready(self) -> None:
        from django.contrib.auth.models import Group
        from django.db.models.signals import m2m_changed, post_delete, post_save

        from curriculum import signals, tasks
        from curriculum.domain.catalogue import catalogue_changed
        from curriculum.domain.people import on_groups_changed, on_permissions_changed, on_saved
        from curriculum.models import SignOff, Term, User

        for module in (*REGISTERS, *LONG_WORK):
            import_module(f"curriculum.{module}")
        for signal, receiver in (
            (signals.feedback_sent, tasks.on_feedback_sent),
            (signals.consulted, tasks.on_consulted),
            (signals.regraded, tasks.on_regraded),
            (signals.problem_answered, tasks.on_problem_answered),
            (signals.job_waits, tasks.on_job_waits),
            (signals.adjusted, tasks.on_adjusted),
            (signals.name_answered, tasks.on_name_answered),
            (signals.certificate_withdrawn, tasks.on_certificate_withdrawn),
            (signals.closure_asked, tasks.on_closure_asked),
        ):
            signal.connect(receiver, dispatch_uid=f"curriculum.{receiver.__name__}")
        for change in (post_save, post_delete):
            change.connect(catalogue_changed, sender=SignOff, dispatch_uid="curriculum.signoff")
            change.connect(catalogue_changed, sender=Term, dispatch_uid="curriculum.term")
        m2m_changed.connect(
            on_groups_changed, sender=User.groups.through, dispatch_uid="curriculum.groups"
        )
        m2m_changed.connect(
            on_permissions_changed,
            sender=Group.permissions.through,
            dispatch_uid="curriculum.permissions",
        )
        post_save.connect(on_saved, sender=User, dispatch_uid="curriculum.person")
