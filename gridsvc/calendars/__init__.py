"""Working calendars kept: versions that only follow each other, and who works by which."""
