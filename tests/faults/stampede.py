"""300 students save their last answer and submit within ten seconds of a deadline: every answer and
every submit that was acknowledged is there, exactly once.
"""

import time

from tests.faults.fire import Fire
from tests.faults.students import Student

WITHIN = 10.0  # seconds


class Hurried(Student):
    """Waits for a moment of its own within those seconds, answers once more and submits."""

    starts_at = 0.0
    finished_at = 0.0

    def run(self) -> None:
        for number, options in enumerate(self.learner["questions"], start=1):
            if number < len(self.learner["questions"]):
                self.answer(number, options[0])
        time.sleep(max(0.0, self.starts_at + self.chance.uniform(0, WITHIN) - time.monotonic()))
        self.answer(len(self.learner["questions"]), self.learner["questions"][-1][-1])
        self.submit()
        self.finished_at = time.monotonic()


def stampede(fire: Fire, many: int) -> None:
    """All of them at once; the first answers are given in the time before."""
    students = [Hurried(fire.stack, learner, (0, 0)) for learner in fire.learners(many)]
    deadline_begins = time.monotonic() + many / 10
    for student in students:
        student.starts_at = deadline_begins
        student.start()
    fire.students = list(students)
    fire.leave()
    last = max(s.finished_at for s in students) - deadline_begins
    fire.note(f"{many} submits, the last one acknowledged after", f"{last:.1f} s")
