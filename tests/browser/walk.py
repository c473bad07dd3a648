"""A student's way through the whole programme, every page looked at, to be looked at again:

    python -m tests.browser.walk OUTDIR [MODULE …]

MODULE is its part of the address (`two-systems`); without any, all of them. The walk makes a
database and a server of its own and leaves nothing of either. In OUTDIR stand, by module, pictures
of whole pages at 390 and 1280 pixels, and a contact sheet. It prints a line a page and ends with 1
where axe finds something, a page scrolls sideways, an address fails or the console complains.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

SETTINGS = "elearn.settings.test"  # whose files go when the process ends


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.browser.walk")
    parser.add_argument("outdir", type=Path)
    parser.add_argument("modules", nargs="*")
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # as in conftest.py
    import django

    django.setup()
    logging.disable(logging.INFO)
    from tests.browser.walking import walk_all

    return walk_all(arguments.outdir, arguments.modules)


if __name__ == "__main__":
    sys.exit(main())
