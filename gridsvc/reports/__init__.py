"""Read-only aggregates and the map pages made of them."""
