"""How the two tables come to be."""
