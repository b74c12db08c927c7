"""The types of a contract in a programming language."""
