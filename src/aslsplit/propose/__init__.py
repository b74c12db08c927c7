"""Where a machine could be cut: candidates, what speaks for and against each, and sets of them that fit together."""
