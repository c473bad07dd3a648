"""What is broken on purpose, to see that the service comes through."""
