"""What calls of services need, one family per file: the optimised integrations, and of the SDK ones what is known."""
