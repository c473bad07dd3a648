from django.apps import AppConfig


class CurriculumConfig(AppConfig):
    name = "curriculum"
    verbose_name = "Curriculum"

    def ready(self) -> None:
        from django.db.models.signals import m2m_changed, post_delete, post_save

        import curriculum.exports.bundle  # noqa: F401 - makes its kinds of work known
        from curriculum import (
            inviting,  # noqa: F401 - makes its kind of work known
            reminding,  # noqa: F401  (its kind of work is registered)
        )
        from curriculum.domain import roster  # noqa: F401 - likewise
        from curriculum.domain.catalogue import catalogue_changed
        from curriculum.domain.people import on_groups_changed, on_saved
        from curriculum.exports import report_files  # noqa: F401 - makes its job known
        from curriculum.models import SignOff, Term, User
        from curriculum.signals import (
            adjusted,
            consulted,
            feedback_sent,
            job_waits,
            name_answered,
            problem_answered,
            regraded,
        )
        from curriculum.tasks import (
            on_adjusted,
            on_consulted,
            on_feedback_sent,
            on_job_waits,
            on_name_answered,
            on_problem_answered,
            on_regraded,
        )

        feedback_sent.connect(on_feedback_sent, dispatch_uid="curriculum.feedback")
        consulted.connect(on_consulted, dispatch_uid="curriculum.consultation")
        regraded.connect(on_regraded, dispatch_uid="curriculum.regrade")
        problem_answered.connect(on_problem_answered, dispatch_uid="curriculum.problem")
        job_waits.connect(on_job_waits, dispatch_uid="curriculum.job")
        adjusted.connect(on_adjusted, dispatch_uid="curriculum.adjustment")
        name_answered.connect(on_name_answered, dispatch_uid="curriculum.name")
        for signal in (post_save, post_delete):
            signal.connect(catalogue_changed, sender=SignOff, dispatch_uid="curriculum.signoff")
            signal.connect(catalogue_changed, sender=Term, dispatch_uid="curriculum.term")

        m2m_changed.connect(
            on_groups_changed, sender=User.groups.through, dispatch_uid="curriculum.groups"
        )
        post_save.connect(on_saved, sender=User, dispatch_uid="curriculum.person")
