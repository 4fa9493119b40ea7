"""The rule lab: what a draft would have decided in the past."""
