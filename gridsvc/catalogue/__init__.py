"""Category schemes: what can be reported, and by when it must be done."""
