"""The blocks that authors write with. One concept a file; the streams are composed last."""

from cms.blocks.base import Findings, Place, Problem
from cms.blocks.body import BodyBlock
from cms.blocks.prompts import PromptsBlock
from cms.blocks.questions import QuestionsBlock

__all__ = ["BodyBlock", "Findings", "Place", "Problem", "PromptsBlock", "QuestionsBlock"]
