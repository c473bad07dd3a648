"""The directory in Wagtail's admin, for its editors."""
