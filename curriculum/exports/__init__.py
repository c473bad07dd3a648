"""What leaves as a file: rows, spreadsheets, PDF."""
