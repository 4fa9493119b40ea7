"""The daily briefing: made every morning for the city, and at any time for who asks."""
