"""Settings, addresses and the frame; it only wires what the other packages hold."""

__version__ = "0.1.0"  # as in pyproject.toml; tests/elearn/test_logs.py holds them together
