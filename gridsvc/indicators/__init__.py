"""How well cases are handled: indicators that are data, counted over cases, never over people."""
