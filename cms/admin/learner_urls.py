"""The addresses at which a course lead handles learners. Never a name or an e-mail in one."""

from django.urls import path

from cms.admin import deciding, learner, learners, names

ONE = "cohorts/learners/<uuid:key>/"

urlpatterns = [
    path("cohorts/<int:pk>/learners/", learners.RosterView.as_view(), name="cohort_learners"),
    path(
        "cohorts/<int:pk>/learners/extend/",
        learners.ExtendManyView.as_view(),
        name="learners_extend",
    ),
    path(
        "cohorts/<int:pk>/learners/withdraw/",
        learners.WithdrawManyView.as_view(),
        name="learners_withdraw",
    ),
    path(ONE, learner.LearnerView.as_view(), name="learner"),
    path(f"{ONE}credit/", deciding.CreditView.as_view(), name="learner_credit"),
    path(f"{ONE}attempt/", deciding.AttemptView.as_view(), name="learner_attempt"),
    path(f"{ONE}extend/", deciding.ExtendView.as_view(), name="learner_extend"),
    path(f"{ONE}move/", deciding.MoveView.as_view(), name="learner_move"),
    path(f"{ONE}carry-over/", deciding.CarryOverView.as_view(), name="learner_carry_over"),
    path(f"{ONE}withdraw/", deciding.WithdrawView.as_view(), name="learner_withdraw"),
    path(f"{ONE}take-back/", deciding.TakeBackView.as_view(), name="learner_take_back"),
    path(
        f"{ONE}certificates/<uuid:certificate>/withdraw/",
        deciding.WithdrawCertificateView.as_view(),
        name="certificate_revoke",
    ),
    path(
        f"{ONE}certificates/<uuid:certificate>/issue-again/",
        deciding.IssueAgainView.as_view(),
        name="certificate_issue_again",
    ),
    path(
        f"{ONE}decisions/<uuid:decision>/undo/",
        learner.UndoView.as_view(),
        name="learner_undo",
    ),
    path("reports/names/", names.NamesView.as_view(), name="name_requests"),
    path("reports/names/<uuid:key>/", names.NameRequestView.as_view(), name="name_request"),
]
