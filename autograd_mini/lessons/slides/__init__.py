"""The lessons themselves, a module for each part of the deck or for one of its examples."""
