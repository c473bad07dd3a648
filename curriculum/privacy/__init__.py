"""What is held about people: why, how long, and how it is handed over and erased."""
