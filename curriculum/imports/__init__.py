"""Reading what somebody brings along: files in, plain rows out. Nothing is looked up or kept."""
