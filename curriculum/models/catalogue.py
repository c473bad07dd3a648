"""A mark that tells whether anything that all learners see alike has changed."""

import uuid

from django.db import models


class Catalogue(models.Model):
    """One row. `mark` is another one after every change of pages, outline or approvals.

    A number would do, were it not for transactions that are rolled back: the next one would use
    the number again for something else.
    """

    mark = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_catalogue")
        ]

    def __str__(self) -> str:
        return str(self.mark)
