"""What lies around a boundary map: the files of a project, read, held against each other, and as they are to be."""
