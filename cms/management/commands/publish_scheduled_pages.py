"""Wagtail's older name for the same command; its own would stop at the first refusal."""

from cms.management.commands.publish_scheduled import Command

__all__ = ["Command"]
