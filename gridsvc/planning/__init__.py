"""Drafts of the map: changed, checked, compared, activated at a time, rolled back."""
