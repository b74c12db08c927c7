"""One file per verb, or per pair of verbs that share their work."""
