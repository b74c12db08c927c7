"""What each verb does, from names of files to a result; the passes of the floors below, in their order."""
