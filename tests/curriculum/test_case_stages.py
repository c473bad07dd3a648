"""Whose face stands beside a scene."""

import pytest

from curriculum.content import Member, Text
from curriculum.domain import cases
from curriculum.enums import Portrait, Voice
from curriculum.exports.stages import scene_of
from tests import factories

CAST = tuple(
    Member(id=name[-3:], name=name, voice=voice, description="x", portrait=Portrait.WOMAN)
    for name, voice in (
        ("Mr Gurdeep Sandhar", Voice.PERSON),
        ("Mrs Surinder Sandhar", Voice.CARER),
        ("Nasima", Voice.OTHER),
    )
)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("“Good,” says Mrs Sandhar. Mr Sandhar is asleep.", "Mrs Surinder Sandhar"),
        ("Mr Sandhar sits in the chair.", "Mr Gurdeep Sandhar"),
        ("<b>Nasima</b> keeps her coat on.", "Nasima"),
        ("Nobody is in the corridor.", None),
    ],
)
def test_the_face_beside_a_scene_is_of_whom_it_names_first(told: str, shown: str | None) -> None:
    made = factories.case(cast=CAST)
    scene = made.scenes[0]
    told_anew = type(scene)(**{**vars(scene), "narrative": (Text(id="t", html=f"<p>{told}</p>"),)})
    made = type(made)(**{**vars(made), "scenes": (told_anew, *made.scenes[1:])})
    face = scene_of(made, cases.begin(made)).portrait
    assert (face.name if face else None) == shown
