"""The learner's addresses. Content has its own, which Wagtail serves."""

from django.urls import path

from curriculum.views import (
    answering,
    certificates,
    dashboard,
    glossary,
    meetings,
    people,
    playing,
    problems,
    reading,
    reflecting,
    reflections,
    submitting,
)

urlpatterns = [
    path("glossary/", glossary.terms, name="glossary"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("join/<str:code>/", people.join, name="join"),
    path("accounts/", people.account, name="account"),
    path("accounts/profile/", people.profile, name="profile"),
    path("learn/activities/<uuid:key>/read/", reading.mark_read, name="mark_read"),
    path("learn/activities/<uuid:key>/start/", answering.start, name="start_attempt"),
    path("learn/attempts/<uuid:attempt>/", answering.resume, name="attempt"),
    path(
        "learn/attempts/<uuid:attempt>/questions/<int:number>/",
        answering.question,
        name="attempt_question",
    ),
    path("learn/attempts/<uuid:attempt>/review/", submitting.review, name="attempt_review"),
    path("learn/attempts/<uuid:attempt>/submit/", submitting.submit, name="attempt_submit"),
    path("learn/attempts/<uuid:attempt>/result/", submitting.result, name="attempt_result"),
    path("learn/attempts/<uuid:attempt>/steps/<int:number>/", playing.step, name="case_step"),
    path("learn/attempts/<uuid:attempt>/replay/", playing.replay, name="case_replay"),
    path("learn/activities/<uuid:key>/reflect/<str:prompt>/", reflecting.write, name="reflect"),
    path("reflections/", reflections.index, name="reflections"),
    path("reflections/text/", reflections.as_text, name="reflections_text"),
    path("reflections/pdf/", reflections.as_pdf, name="reflections_pdf"),
    path("reflections/<uuid:writing>/", reflections.reflection, name="reflection"),
    path("reflections/<uuid:writing>/offer/", reflections.offer, name="reflection_offer"),
    path("reflections/<uuid:writing>/<str:action>/", reflections.act, name="reflection_act"),
    path("learn/activities/<uuid:key>/report/", problems.report_page, name="report_page"),
    path(
        "learn/attempts/<uuid:attempt>/report/<str:part>/",
        problems.report_part,
        name="report_part",
    ),
    path("reports/", problems.index, name="problems"),
    path("reports/<uuid:report>/", problems.problem, name="problem"),
    path("sessions/<uuid:meeting>/", meetings.meeting, name="meeting"),
    path(
        "sessions/<uuid:meeting>/calendar.ics",
        meetings.calendar,
        name="meeting_calendar",
    ),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>/pdf/", certificates.certificate_pdf, name="certificate_pdf"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:code>/", certificates.verify_code, name="verify_code"),
]
