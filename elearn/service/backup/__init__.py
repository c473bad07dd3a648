"""A copy of everything that the service remembers, and the way back from it."""
