"""The local service directory: what it starts with, how it stays true, and how it is exchanged."""
