"""What Wagtail's admin gains: people, cohorts, reports."""
