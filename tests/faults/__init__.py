"""What happens under load and under fire, against the service as docs/operators.md sets it up.

`python -m tests.faults` needs a PostgreSQL of its own (`.ci/postgres`), Redis and nginx. It prints
what it did, what it measured, and ends with 1 where anything was lost, doubled or stuck.
"""
