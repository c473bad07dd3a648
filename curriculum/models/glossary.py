"""The words that learners meet here and may not know."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from curriculum.text import clean_line, clean_text, count_words

MOST_WORDS = 60  # of a definition: it opens over a text that somebody is reading
FORMS_HELP = (
    "Abbreviations, plurals and other ways to say it, one on each line. Words in capitals, such "
    "as IRO, are found in capitals only."
)


class Term(models.Model):
    """A word or phrase with its meaning. `forms` are other ways to say it, one on each line."""

    slug = models.SlugField(
        "short name",
        max_length=80,
        unique=True,
        help_text="Its place in the glossary's address, such as section-42-enquiry.",
    )
    term = models.CharField(max_length=80)
    forms = models.TextField("other forms", blank=True, help_text=FORMS_HELP)
    definition = models.TextField(help_text=f"In plain words, at most {MOST_WORDS} of them.")
    source = models.CharField(max_length=250, blank=True, help_text="Author, title, year.")
    source_url = models.URLField("address of the source", blank=True)
    see_also = models.CharField(
        "see also",
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"^(?:https?://|/(?![/\\]))", "Begin with / or https://.")],
        help_text="A page that says more, such as who does this: /who-is-who/#social-worker.",
    )

    class Meta:
        ordering = [Lower("term")]
        constraints = [models.UniqueConstraint(Lower("term"), name="a_term_stands_once")]

    def __str__(self) -> str:
        return self.term

    def get_absolute_url(self) -> str:
        return f"{reverse('glossary')}#{self.slug}"

    @property
    def spellings(self) -> tuple[str, ...]:
        """The term and its other forms."""
        return (self.term, *self.forms.splitlines())

    def clean(self) -> None:
        """Bring the text in order. Refuses a long definition, and a form that another term has."""
        self.term, self.source = clean_line(self.term), clean_line(self.source)
        self.definition = clean_text(self.definition)
        lines = (clean_line(line) for line in self.forms.splitlines())
        self.forms = "\n".join(dict.fromkeys(line for line in lines if line))
        if (words := count_words([self.definition])) > MOST_WORDS:
            raise ValidationError(
                {"definition": f"This has {words} words. Say it in {MOST_WORDS} or fewer."}
            )
        own = {spelling.casefold() for spelling in self.spellings}
        for other in Term.objects.exclude(pk=self.pk):
            if taken := own & {spelling.casefold() for spelling in other.spellings}:
                raise ValidationError(
                    {"forms": f"“{min(taken)}” already stands under “{other.term}”."}
                )
