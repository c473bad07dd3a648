"""The reports that there are, by what they are called in addresses and file names."""

from curriculum.exports.activity_report import ActivityReport
from curriculum.exports.certificate_report import CertificateReport
from curriculum.exports.completion_report import CompletionReport
from curriculum.exports.quiz_report import QuizReport
from curriculum.exports.reporting import Report
from curriculum.exports.signoff_report import SignoffReport

REPORTS: dict[str, type[Report]] = {
    report.key: report
    for report in (
        CompletionReport,
        ActivityReport,
        QuizReport,
        CertificateReport,
        SignoffReport,
    )
}
