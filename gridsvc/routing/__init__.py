"""Who owns an incident, and why."""
