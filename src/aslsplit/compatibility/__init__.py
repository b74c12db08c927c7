"""Whom a change of a contract breaks: the caller that still sends and reads as before, or nobody."""
