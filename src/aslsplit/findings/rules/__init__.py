"""One module per stage; ``catalogue`` puts them in order."""
