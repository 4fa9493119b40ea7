"""What may lie under the maps: the base maps of a deployment."""
