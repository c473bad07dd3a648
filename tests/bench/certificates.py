"""Certificates: ours against WeasyPrint as it comes, on the same template."""

import multiprocessing
from collections.abc import Callable
from unittest import mock

from django.db import connections
from django.template.loader import render_to_string
from weasyprint import HTML

from curriculum.domain.attempts import mark_as_read
from curriculum.domain.enrolment import enrol
from curriculum.exports import certificates
from curriculum.models import Certificate, Cohort, User
from tests import factories
from tests.bench.client import latency
from tests.bench.measure import Line, ratios, seconds

SHEETS = 12


def measure(rounds: int) -> list[Line]:
    """Seconds for one sheet, ours and plain, and how two processes share the work."""
    certificate = _earned()
    certificates.certificate_sheet(certificate)
    plain, ours, one, two = [], [], [], []
    for _ in range(rounds):
        ours.append(latency(lambda: certificates.certificate_sheet(certificate), SHEETS))
        plain.append(latency(lambda: _as_it_comes(certificate), SHEETS))
        one.append(_shared(1, certificate.pk))
        two.append(_shared(2, certificate.pk))
    return [
        Line("certificate", tuple(1000 * s for s in ours), unit="ms"),
        Line("certificate, WeasyPrint as it comes", tuple(1000 * s for s in plain), unit="ms"),
        Line("certificate: as it comes / ours", ratios(plain, ours), at_least=2.5),
        Line("certificates: two processes / one", ratios(one, two), at_least=1.8),
        Line("certificate: renderings for two downloads", (_renderings(certificate),), at_most=1),
    ]


def _earned() -> Certificate:
    programme = factories.programme([factories.reading()], title="Measured")
    cohort = Cohort.objects.create(name="Certificates", programme=programme)
    learner = User.objects.create_user("sheet@demo.example", full_name="Siân Wynne-Łukasz")
    mark_as_read(enrol(cohort, learner), factories.activities(programme)[0])
    return Certificate.objects.get(enrolment__learner=learner)


def _as_it_comes(certificate: Certificate) -> bytes:
    """The same sheet as one would first write it: a QR code, one string of HTML, `write_pdf`."""
    with (
        mock.patch.object(certificates, "QR_MASK", None),
        mock.patch.object(certificates, "render_pdf", return_value=(b"", set())) as render,
    ):
        certificates.certificate_sheet(certificate)
        markup, stylesheet, accent = render.call_args.args
    css = render_to_string(stylesheet, {"accent": accent})
    pdf = HTML(string=markup.replace("</head>", f"<style>{css}</style></head>")).write_pdf()
    return bytes(pdf)


def _shared(processes: int, pk: int) -> float:
    """Seconds that `processes` need for a dozen sheets, once they are warm."""
    context = multiprocessing.get_context("fork")
    connections.close_all()
    ready, go = context.Semaphore(0), context.Semaphore(0)
    workers = [
        context.Process(target=_work, args=(pk, SHEETS // processes, ready, go))
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()

    def run() -> None:
        for _ in workers:
            go.release()
        for worker in workers:
            worker.join()

    return seconds(run)


def _work(pk: int, sheets: int, ready: object, go: object) -> None:
    certificate = Certificate.objects.select_related("enrolment").get(pk=pk)
    certificates.certificate_sheet(certificate)
    ready.release()  # type: ignore[attr-defined]
    go.acquire()  # type: ignore[attr-defined]
    for _ in range(sheets):
        certificates.certificate_sheet(certificate)


def _renderings(certificate: Certificate) -> int:
    render: Callable[..., object] = certificates.render_pdf
    with mock.patch.object(certificates, "render_pdf", side_effect=render) as counted:
        for _ in range(2):
            certificates.open_pdf(Certificate.objects.get(pk=certificate.pk)).close()
    return int(counted.call_count)
