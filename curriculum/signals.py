"""What happened, for those who listen: mail, tasks, integrations. Sent inside the transaction
that made it true; what a receiver does outside the database waits for the commit
(`curriculum.tasks.soon`).
"""

from django.dispatch import Signal

edition_published = Signal()  # edition
enrolled = Signal()  # enrolment
attempt_submitted = Signal()  # attempt
regraded = Signal()  # regrade
activity_completed = Signal()  # completion
module_completed = Signal()  # module_completion
programme_completed = Signal()  # programme_completion
certificate_issued = Signal()  # certificate
certificate_withdrawn = Signal()  # certificate
feedback_sent = Signal()  # feedback
consulted = Signal()  # consultation
signoffs_changed = Signal()  # activity: an approval was given or withdrawn
problem_answered = Signal()  # report
job_waits = Signal()  # job: long work to be taken up
name_answered = Signal()  # name_request
adjusted = Signal()  # adjustment: a lead decided something about a learner, or took it back
closure_asked = Signal()  # closure: an account is to be closed
roles_wanted = Signal()  # asked, not told: whoever has pages about roles gives name → address
