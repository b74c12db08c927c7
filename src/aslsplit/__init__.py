"""Split a monolithic AWS Step Functions state machine into a parent and children, and prove that nothing changed."""

__version__ = "0.1.0"
