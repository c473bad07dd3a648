"""What is held about a person, as one file that they take away: pages to read, JSON for machines,
and the PDFs of their certificates and reflections. Made in the background, kept for seven days.
"""

import json
import tempfile
import zipfile
from typing import Any

from django.template.loader import render_to_string

from curriculum import clock
from curriculum.domain import jobs
from curriculum.enums import CertificateState
from curriculum.exports.bundle import file_name
from curriculum.exports.certificates import open_pdf
from curriculum.exports.own_data_words import shown, style
from curriculum.exports.reflections import portfolio_pdf
from curriculum.identity import site_identity
from curriculum.models import Certificate, Job, User, Writing
from curriculum.privacy.copying import Part, parts_of

KIND = "own-data"


def ask_for_own_data(person: User) -> Job:
    """The job that makes the person's copy; one that is on its way where there is one."""
    return jobs.ask(
        KIND, owner=person, title="A copy of your data", parameters={}, key=str(person.pk)
    )


def newest(person: User) -> Job | None:
    """What was asked for last."""
    return Job.objects.of(person).filter(kind=KIND).first()


@jobs.handles(KIND)
def make_own_data(running: jobs.Running) -> None:
    """Gather everything and keep it as a ZIP for its owner."""
    person = running.job.owner
    certificates = list(
        Certificate.objects.filter(
            enrolment__learner=person, state=CertificateState.ISSUED
        ).order_by("issued_at")
    )
    total = len(certificates) + 3
    running.progress(0, total)
    parts = list(parts_of(person))
    running.progress(1, total)
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            names = []
            for number, certificate in enumerate(certificates, start=1):
                names.append(_put_certificate(archive, certificate))
                running.progress(1 + number, total)
            if _put_reflections(archive, person):
                names.append("reflections.pdf")
            archive.writestr("data.json", as_json(person, parts))
            archive.writestr("index.html", as_page(person, parts, names))
        running.progress(total, total)
        target.seek(0)
        running.keep(target, f"my-data-{clock.today():%Y-%m-%d}.zip")


def _put_certificate(archive: zipfile.ZipFile, certificate: Certificate) -> str:
    name = f"certificates/{file_name(certificate)}"
    with open_pdf(certificate) as sheet:
        archive.writestr(name, sheet.read())
    return name


def _put_reflections(archive: zipfile.ZipFile, person: User) -> bool:
    mine = Writing.objects.filter(learner=person).select_related("activity", "edition")
    if not mine.exists():
        return False
    archive.writestr("reflections.pdf", portfolio_pdf(person, mine))
    return True


def as_json(person: User, parts: list[Part]) -> str:
    """Everything, for machines."""
    data: dict[str, Any] = {
        "site": site_identity().name,
        "made_at": clock.now().isoformat(),
        "person": str(person.uuid),
        "parts": [part.as_data() for part in parts],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def as_page(person: User, parts: list[Part], files: list[str]) -> str:
    """Everything, to be read in any browser without a connection."""
    told = [(part, [shown(part, row) for row in part.rows]) for part in parts]
    return render_to_string(
        "curriculum/own_data_copy.html",
        {
            "person": person,
            "identity": site_identity(),
            "now": clock.now(),
            "held": [(part.held, rows) for part, rows in told if rows],
            "empty": [part.held.title for part, rows in told if not rows],
            "files": files,
            "style": style(),
        },
    )
