"""How an owner is chosen, as data: rules for categories and times, policies for borders."""
