"""What an organisation is told about its incidents."""
