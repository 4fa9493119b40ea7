"""What is to reach somebody outside: tried again until it has, or given up and kept."""
