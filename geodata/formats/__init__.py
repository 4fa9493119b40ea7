"""How each file format is opened. What a file's columns and coordinates mean is for `read`."""
