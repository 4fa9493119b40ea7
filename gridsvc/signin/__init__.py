"""How a person or a program gets a credential."""
