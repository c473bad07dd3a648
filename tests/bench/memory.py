"""How far one CSV raises the peak of a process that has loaded the site and done nothing else.

Called by `reports.py` in a process of its own: `python -m tests.bench.memory LEAD`. Prints MB.
"""

import sys
from pathlib import Path

import django

django.setup()

from curriculum.models import User  # noqa: E402 - needs the applications
from tests.bench import reports  # noqa: E402


def main(lead: int) -> None:
    person = User.objects.get(pk=lead)
    before = _resident("VmRSS")
    reports.drain(reports.report_of(person), "csv")
    sys.stdout.write(f"{(_resident('VmHWM') - before) / 1024}\n")


def _resident(name: str) -> int:
    """Kilobytes, as Linux counts them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


main(int(sys.argv[1]))
