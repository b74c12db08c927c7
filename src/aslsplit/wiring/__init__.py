"""Deploying parent and children: the wiring as values, and as the languages that people deploy with."""
