"""Files of incidents: what one is, how it is looked at, copied and stored. Not how it comes in."""
