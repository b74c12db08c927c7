"""The signs of workflow sprawl: figures about one machine, each with a threshold, evidence and advice."""
