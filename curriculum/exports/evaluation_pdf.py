"""The evaluation report as a tagged PDF/UA document for a committee."""

from django.template.loader import render_to_string

from curriculum.exports.drawing import PRINT
from curriculum.exports.evaluation import CAVEATS, DEFINITIONS, Evaluation
from curriculum.exports.evaluation_charts import charts
from curriculum.exports.listing import Listing
from curriculum.exports.pdf import render_pdf
from curriculum.identity import site_identity


def evaluation_pdf(report: Evaluation, listing: Listing) -> bytes:
    """Counts, charts, figures, what they mean and what they do not. What is listed narrows the
    table of figures; the drawings show everything."""
    identity = site_identity()
    markup = render_to_string(
        "curriculum/evaluation.html",
        {
            "report": report,
            "charts": charts(report, PRINT),
            "listing": listing,
            "caveats": CAVEATS,
            "definitions": DEFINITIONS,
            "identity": identity,
        },
    )
    pdf, _ = render_pdf(markup, "curriculum/evaluation.css", identity.accent)
    return pdf
