"""The proofs that nothing changed, made on the machines as they would be written."""
