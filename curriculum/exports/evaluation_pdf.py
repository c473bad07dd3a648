"""The evaluation report as a tagged PDF/UA document for a committee."""

from django.template.loader import render_to_string

from curriculum.exports.drawing import PRINT
from curriculum.exports.evaluation import CAVEATS, DEFINITIONS, Evaluation
from curriculum.exports.evaluation_charts import charts
from curriculum.exports.evaluation_rows import entries
from curriculum.exports.pdf import render_pdf
from curriculum.identity import site_identity


def evaluation_pdf(report: Evaluation) -> bytes:
    """Counts, charts, figures, what they mean and what they do not."""
    identity = site_identity()
    markup = render_to_string(
        "curriculum/evaluation.html",
        {
            "report": report,
            "charts": charts(report, PRINT),
            "entries": list(entries(report)),
            "caveats": CAVEATS,
            "definitions": DEFINITIONS,
            "identity": identity,
        },
    )
    pdf, _ = render_pdf(markup, "curriculum/evaluation.css", identity.accent)
    return pdf
