"""One case from its report to its evaluation, by the people whose work it is."""
