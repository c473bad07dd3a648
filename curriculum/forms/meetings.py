"""What a learner types to say that they are there."""

from django import forms

from curriculum.models.meetings import CODE_LENGTH


class RoomCodeForm(forms.Form):
    """The code that is shown in the room."""

    code = forms.CharField(
        label="The code that is shown",
        help_text=f"{CODE_LENGTH} letters and digits; capitals and spaces do not matter.",
        max_length=40,
        error_messages={"required": "Type the code that is shown."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "room-code",
            }
        ),
    )
