"""The pages where cases are worked on: what waits for whom, and one case with its steps."""
