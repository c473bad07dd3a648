"""Bringing services in from a file: read, planned and shown first, then all or nothing."""
