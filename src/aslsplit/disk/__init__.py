"""The disk, and what git knows of it: the only modules that read and write files or run another program."""
