"""The service directory at work: finding whom to contact, and where somebody belongs."""
