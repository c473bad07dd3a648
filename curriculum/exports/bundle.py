"""Many certificates as one ZIP, made by as many workers as come.

Two jobs share the work without talking: one renders from the front, its helper from the back, and
each passes over what is rendered already. Where they meet, the first writes the archive. With one
worker alone it does the whole.
"""

import logging
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.core.files.storage import storages
from django.db.models import QuerySet

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.enums import CertificateState
from curriculum.exports.certificates import open_pdf
from curriculum.models import Certificate, Closure, Cohort, Job, User
from curriculum.models.jobs import LIVE
from curriculum.privacy.registry import FORMER
from curriculum.text import clean_line

KIND, HELP = "certificates", "certificates-help"
MOST = 5000  # in one archive
FEW = 20  # which one worker renders before another has begun
LONGEST_NAME = 80  # characters of a file's name before its code

logger = logging.getLogger(__name__)

# What some system refuses in the name of a file, and what Windows takes for a device.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def sheets_of(cohort: Cohort) -> QuerySet[Certificate]:
    """The certificates that stand in this cohort and have a sheet: a former member's has none."""
    return Certificate.objects.filter(
        enrolment__cohort=cohort, state=CertificateState.ISSUED
    ).exclude(enrolment__learner__in=_erased())


def ask_for_bundle(cohort: Cohort, chosen: Sequence[int], owner: User) -> Job:
    """A job that makes a ZIP of these certificates, by primary key, that stand in this cohort.

    Raises Refused where none is chosen or too many are.
    """
    standing = sheets_of(cohort).filter(pk__in=chosen)
    found = list(standing.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise Refused("Choose at least one certificate.")
    if len(found) > MOST:
        raise Refused(f"One file holds at most {MOST} certificates. Choose fewer.")
    many = f"{len(found)} certificate{'' if len(found) == 1 else 's'}"
    return jobs.ask(
        KIND,
        owner=owner,
        title=f"{many} of {cohort.name}"[:200],
        parameters={"cohorts": [cohort.pk], "certificates": found},
        key=f"{owner.pk}:{cohort.pk}:{hash(tuple(found))}",
    )


@jobs.handles(KIND)
def make_bundle(running: jobs.Running) -> None:
    """Render what is missing and keep the archive, with its count reconciled."""
    wanted: list[int] = running.parameters["certificates"]
    if len(wanted) > FEW:
        jobs.ask(
            HELP,
            owner=running.job.owner,
            title=f"Help with: {running.job.title}"[:200],
            parameters={**running.parameters, "for": str(running.job.uuid)},
            key=str(running.job.uuid),
        )
    failed = _render(running, wanted)
    running.stop_if_cancelled()
    with tempfile.TemporaryFile() as target:
        put = _write(target, wanted, failed)
        running.tell(lines=_said(len(wanted), put, failed))
        target.seek(0)
        running.keep(target, f"certificates-{clock.today():%Y-%m-%d}.zip")


@jobs.handles(HELP)
def help_with_bundle(running: jobs.Running) -> None:
    """Render from the back until everything is rendered or the bundle is no more wanted."""
    wanted = running.parameters["certificates"]
    for pk in reversed(wanted):
        if not Job.objects.filter(
            uuid=running.parameters["for"], state__in=LIVE, cancel_asked_at=None
        ).exists():
            return
        _problem(pk)  # told by the bundle itself, which tries each once more


def file_name(certificate: Certificate) -> str:
    """A name that says whose it is and that every system takes: no path, no device, no control."""
    name = _FORBIDDEN.sub(" ", clean_line(certificate.facts["name"]))
    name = " ".join(name.split()).strip(". ")[:LONGEST_NAME].strip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    return f"{name} {certificate.code}.pdf".strip()


def _render(running: jobs.Running, wanted: Sequence[int]) -> dict[int, str]:
    """Render each in turn; those that could not be, with the reason."""
    failed: dict[int, str] = {}
    for number, pk in enumerate(wanted, start=1):
        if problem := _problem(pk):
            failed[pk] = problem
        running.progress(number, len(wanted))
    return failed


def _problem(pk: int) -> str:
    """Have the sheet rendered if it is not yet; why it cannot be, or nothing."""
    try:
        open_pdf(Certificate.objects.get(pk=pk)).close()
    except Refused as refusal:
        return str(refusal)
    except Exception:
        logger.exception("Certificate %s could not be rendered", pk)
        return "The sheet could not be made. An administrator finds why in the log."
    return ""


def _write(target: IO[bytes], wanted: Sequence[int], failed: dict[int, str]) -> int:
    """Write the archive, one sheet at a time; how many went in. Who is missing is added."""
    put = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # PDFs are compressed
        for certificate in _in_steps(wanted):
            if certificate.pk in failed:
                continue
            if certificate.state != CertificateState.ISSUED:
                failed[certificate.pk] = "It was replaced or withdrawn meanwhile."
                continue
            with storages["records"].open(certificate.pdf, "rb") as sheet:
                archive.writestr(file_name(certificate), sheet.read())
            put += 1
        missing = "".join(f"{line}\r\n" for line in _named(failed))
        if missing:
            archive.writestr("not included.txt", f"\ufeff{missing}")
    return put


def _in_steps(wanted: Sequence[int]) -> Iterator[Certificate]:
    for start in range(0, len(wanted), 200):
        step = Certificate.objects.in_bulk(wanted[start : start + 200])
        yield from (step[pk] for pk in wanted[start : start + 200] if pk in step)


def _said(wanted: int, put: int, failed: dict[int, str]) -> list[str]:
    missing = wanted - put
    counted = f"{wanted} chosen, {put} in the file, {missing} not."
    return [counted, *_named(failed)]


def _named(failed: dict[int, str]) -> list[str]:
    rows = Certificate.objects.filter(pk__in=failed)
    names = {row.pk: f"{row.facts['name']} ({row.code})" for row in rows}
    # By the code alone anybody can look the name up.
    former = rows.filter(enrolment__learner__in=_erased()).values_list("pk", flat=True)
    names |= dict.fromkeys(former, FORMER)
    return [f"{names[pk]}: {why}" for pk, why in failed.items()]


def _erased() -> Any:
    return Closure.objects.erased().values("person")
