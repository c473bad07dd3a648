"""Why a file cannot be read; the message is fit for whoever brought it."""


class NotReadable(Exception):
    """The file is not a list, or too large, or not safe to open."""
