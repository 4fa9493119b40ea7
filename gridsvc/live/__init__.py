"""What changes now, told at once: the stream of cases, the live board, what is rising."""
