"""Amazon States Language as written: source with positions, references, typed view, lossless dump."""
