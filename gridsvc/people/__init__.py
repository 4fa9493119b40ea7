"""Accounts and what they are appointed to, as the security administrator keeps them."""
