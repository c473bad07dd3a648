"""A programme as files that a person can read and edit. docs/portable-format.md describes them."""
