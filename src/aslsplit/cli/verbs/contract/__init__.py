"""``contract …``: what one does with the contract of a child. A file per verb."""
