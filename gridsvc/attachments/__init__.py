"""How files come to incidents: uploads that can be resumed, their inspection, who is shown them."""
