"""Students with time to think, over the real pages, for locust. `tests.faults.load` starts it."""

import json
import os
import random
import uuid
from pathlib import Path

from locust import FastHttpUser, between, task

from tests.bench.client import TOKEN
from tests.service.stack import HOST

# Whoever answered in an earlier run has answers that this run's page does not know: a conflict.
FRESH = int(os.environ["LEARNERS_FROM"])
LEARNERS = [json.loads(line) for line in Path(os.environ["LEARNERS"]).read_text().splitlines()]
_next = iter(LEARNERS[FRESH:])


class Student(FastHttpUser):
    """Reads, answers, looks where to go on."""

    wait_time = between(float(os.environ["THINK_FROM"]), float(os.environ["THINK_TO"]))
    network_timeout = connection_timeout = 60

    def on_start(self) -> None:
        self.me = next(_next)
        self.page, self.sequence = uuid.uuid4().hex, 0
        self.headers = {
            "Host": HOST,
            "Cookie": f"__Host-session={self.me['session']}; __Host-csrf={TOKEN}",
            "Referer": f"https://{HOST}/",
        }

    def look(self, path: str, name: str) -> None:
        with self.client.get(
            path, headers=self.headers, name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 200:  # a sign-in page would be answered fast, too
                answer.failure(f"answered {answer.status_code}")

    @task(2)
    def dashboard(self) -> None:
        self.look("/dashboard/", "dashboard")

    @task(2)
    def module(self) -> None:
        self.look(self.me["module"], "module page")

    @task(4)
    def reading(self) -> None:
        self.look(random.choice(self.me["readings"]), "reading page")

    @task(2)
    def question(self) -> None:
        number = random.choice(self.me["asked"])["number"]
        self.look(f"/learn/attempts/{self.me['attempt']}/questions/{number}/", "question")

    @task(5)
    def answer(self) -> None:
        asked = random.choice(self.me["asked"])
        self.sequence += 1
        self.client.post(
            f"/learn/attempts/{self.me['attempt']}/questions/{asked['number']}/",
            {
                "page": self.page,
                "sequence": self.sequence,
                "seen": 0,
                "choice": random.choice(asked["options"]),
            },
            headers={**self.headers, "X-CSRFToken": TOKEN, "X-Autosave": "1"},
            name="saving an answer",
        )

    @task(1)
    def scene(self) -> None:
        self.look(f"/learn/attempts/{self.me['run']}/steps/1/", "scene of a case")
