"""Notices by e-mail, for who wishes it: by SMTP, tried again until the server has taken them."""
