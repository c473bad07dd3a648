"""The sheet of a certificate: rendered once from its facts, then kept."""

import logging
from typing import IO, Any

import segno
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from curriculum.domain.errors import Refused
from curriculum.exports.pdf import render_pdf
from curriculum.identity import SiteIdentity, site_identity
from curriculum.models import Certificate, Closure

logger = logging.getLogger(__name__)

QR_MASK = 4  # any of the eight is valid; choosing one spares trying them all
LONG_NAME, VERY_LONG_NAME = 26, 52  # characters; beyond them the name is set smaller
ERASED = "The account was closed, and the sheet went with it."


def verify_url(certificate: Certificate, identity: SiteIdentity) -> str:
    """The public address at which anybody can check this certificate."""
    return f"{identity.url}{reverse('verify_code', args=[certificate.code])}"


def certificate_sheet(certificate: Certificate) -> tuple[bytes, set[str]]:
    """The PDF of the sheet and the characters that no installed font has."""
    identity = site_identity()
    markup = render_to_string(
        "curriculum/certificate_sheet.html",
        {**on_the_sheet(certificate, identity), "accent": identity.accent},
    )
    return render_pdf(markup, "curriculum/certificate_sheet.css", identity.accent)


def unprintable(name: str) -> set[str]:
    """The characters of a name that no installed font has, so that a sheet shows boxes for them."""
    sheet = f'<html lang="en"><title>Name</title><body><h1>{escape(name)}</h1></body></html>'
    return render_pdf(sheet, "curriculum/certificate_sheet.css", site_identity().accent)[1]


def on_the_sheet(certificate: Certificate, identity: SiteIdentity) -> dict[str, Any]:
    """What the sheet shows, in print and on screen."""
    name = certificate.facts["name"]
    return {
        "certificate": certificate,
        "facts": certificate.facts,
        "size": (
            "very-long" if len(name) > VERY_LONG_NAME else "long" if len(name) > LONG_NAME else ""
        ),
        "qr": qr_code(verify_url(certificate, identity)),
        "verify_short": f"{identity.url}{reverse('verify')}".split("://", 1)[-1].rstrip("/"),
    }


def qr_code(address: str) -> str:
    """A QR code as inline SVG, dark on transparent, with its quiet zone."""
    code = segno.make_qr(address, error="m", mask=QR_MASK)
    markup: str = code.svg_inline(
        border=2, omitsize=True, dark="#16232f", svgclass=None, lineclass=None
    )
    return markup


def open_pdf(certificate: Certificate) -> IO[bytes]:
    """The stored PDF, rendered first if this is the first time anybody asks.

    The row is locked while it is rendered, so that the same facts are never rendered twice. Raises
    Refused where the account was erased: the facts verify, and are put on no sheet any more.
    """
    records = storages["records"]
    if not certificate.pdf or not records.exists(certificate.pdf):
        with transaction.atomic():
            locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
            if not locked.pdf or not records.exists(locked.pdf):
                # Asked under the lock that the erasure holds, too.
                if Closure.objects.erased().filter(person__enrolments=locked.enrolment_id).exists():
                    raise Refused(ERASED)
                _render_and_keep(locked)
            certificate.pdf, certificate.missing_glyphs = locked.pdf, locked.missing_glyphs
    return records.open(certificate.pdf, "rb")


def _render_and_keep(certificate: Certificate) -> None:
    pdf, missing = certificate_sheet(certificate)
    name = f"certificates/{certificate.uuid}.pdf"
    records = storages["records"]
    records.delete(name)
    certificate.pdf = records.save(name, ContentFile(pdf))
    certificate.missing_glyphs = "".join(sorted(missing))[:250]
    certificate.save(update_fields=["pdf", "missing_glyphs"])
    if missing:
        points = ", ".join(f"U+{ord(c):04X}" for c in sorted(missing))
        logger.warning(
            "No installed font has %s, needed on certificate %s. Install a font that does, "
            "then delete the stored sheet.",
            points,
            certificate.uuid,
        )
