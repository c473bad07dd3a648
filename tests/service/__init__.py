"""The service as a whole, run as docs/operators.md says."""
