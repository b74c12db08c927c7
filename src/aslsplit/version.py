"""The version, which the build takes from here."""

__all__ = ["__version__"]

# No annotation: the build reads this line, and not as Python.
__version__ = "0.1.0"
