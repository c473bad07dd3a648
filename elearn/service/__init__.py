"""What operators need: health, logs, the shared cache, schedule, backups and a page about it."""
