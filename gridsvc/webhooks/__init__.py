"""Telling other systems what happens to cases: signed messages to addresses that they name."""
