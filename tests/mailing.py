"""Settings of a worker whose mails are files, and which can be made to stand still among them."""

import os
import time
from pathlib import Path
from typing import Any

from django.core.mail.backends.filebased import EmailBackend as FileBackend

from elearn.settings.test import *

DATABASES["default"]["NAME"] = os.environ.get("WORKER_DATABASE", DATABASES["default"]["NAME"])
EMAIL_BACKEND = "tests.mailing.EmailBackend"
EMAIL_FILE_PATH = os.environ.get("WORKER_MAILS", str(VAR_DIR / "mails"))


class EmailBackend(FileBackend):
    """Writes each mail into a file. Where WORKER_STANDS names “before” or “after” and a number, it
    stands still at that mail, so that whoever watches can kill it there."""

    def send_messages(self, email_messages: Any) -> Any:
        folder = Path(os.environ["WORKER_MAILS"])
        where, _, number = os.environ.get("WORKER_STANDS", "").partition("-")
        is_here = bool(where) and len(list(folder.glob("*.log"))) + 1 == int(number)
        if is_here and where == "before":
            self._stand(folder)
        sent = super().send_messages(email_messages)
        if is_here:
            self._stand(folder)
        return sent

    def _stand(self, folder: Path) -> None:
        (folder / "standing").touch()
        time.sleep(600)
