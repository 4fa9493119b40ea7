"""Proves that nothing which was written down was changed behind the service's back."""
