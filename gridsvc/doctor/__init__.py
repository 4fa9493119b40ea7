"""Finds out what is right and wrong with a set-up. It changes nothing."""
