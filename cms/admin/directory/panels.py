"""What an editor fills in, in the order in which a reader asks."""

from django import forms
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from cms.admin.directory.forms import (
    AreaForm,
    Boxes,
    CheckedForm,
    KindForm,
    NamedOnceForm,
    ServiceForm,
)
from cms.models.directory import Opening, Referrer

CHECK = MultiFieldPanel([FieldPanel("has_checked"), FieldPanel("is_shown")], "Checked and in use")


def lines(name: str, rows: int = 3) -> FieldPanel:
    """A text of a few lines."""
    return FieldPanel(name, widget=forms.Textarea(attrs={"rows": rows}))


def several(name: str) -> FieldPanel:
    """Boxes to tick."""
    return FieldPanel(name, widget=forms.CheckboxSelectMultiple)


SERVICE = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("organisation"),
        lines("summary"),
        several("kinds"),
        MultiFieldPanel(
            [
                FieldPanel("basis"),
                several("areas"),
                several("networks"),
                several("practices"),
                FieldPanel("place_note"),
                lines("eligibility", 2),
                FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age")]),
            ],
            "For whom",
        ),
        MultiFieldPanel(
            [
                FieldPanel("referral_from", widget=Boxes(choices=Referrer.choices)),
                lines("how_to_refer"),
                lines("what_to_include", 5),
                FieldPanel("reply_time"),
            ],
            "How to refer",
        ),
        InlinePanel(
            "contacts",
            heading="Contacts",
            label="contact",
            panels=[
                FieldPanel("label"),
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldPanel("url"),
                FieldPanel("for_professionals"),
            ],
        ),
        MultiFieldPanel(
            [
                FieldPanel("all_hours"),
                InlinePanel(
                    "openings",
                    heading="Opening hours",
                    label="hours",
                    panels=[
                        FieldPanel("days", widget=Boxes(choices=Opening.Day.choices)),
                        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                    ],
                ),
                FieldPanel("hours_note"),
                FieldPanel("out_of_hours"),
            ],
            "When",
        ),
        MultiFieldPanel(
            [
                FieldPanel("urgent_route"),
                FieldPanel("urgent_phone"),
                FieldPanel("same_day_until"),
            ],
            "When it is urgent",
        ),
        MultiFieldPanel([FieldPanel("cost"), FieldPanel("cost_note")], "Cost"),
        MultiFieldPanel(
            [
                FieldPanel("languages"),
                FieldPanel("has_interpreters"),
                FieldPanel("is_step_free"),
                FieldPanel("access_note"),
            ],
            "Languages and access",
        ),
        lines("professional_note"),
        CHECK,
    ],
    base_form_class=ServiceForm,
)

PRACTICE = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("council"),
        FieldPanel("network"),
        MultiFieldPanel(
            [
                lines("address"),
                FieldPanel("postcode"),
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("url"),
                FieldPanel("hours"),
            ],
            "For everybody",
        ),
        MultiFieldPanel(
            [
                FieldPanel("professional_line"),
                FieldPanel("safeguarding_lead"),
                FieldPanel("meeting_day"),
                lines("professional_note"),
            ],
            "For colleagues",
        ),
        CHECK,
    ],
    base_form_class=CheckedForm,
)

KIND = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("slug"),
        lines("description"),
        FieldPanel("position"),
        InlinePanel(
            "needs",
            heading="Everyday words",
            label="need",
            help_text="What people say who need it, such as “can't wash”. The search knows them.",
            panels=[FieldPanel("words")],
        ),
    ],
    base_form_class=KindForm,
)

ORGANISATION = ObjectList(
    [FieldPanel("name"), lines("description"), FieldPanel("email"), FieldPanel("url")],
    base_form_class=NamedOnceForm,
)
AREA = ObjectList(
    [FieldPanel("name"), FieldPanel("extent"), FieldPanel("code"), FieldPanel("within")],
    base_form_class=AreaForm,
)
NETWORK = ObjectList([FieldPanel("name")], base_form_class=NamedOnceForm)
