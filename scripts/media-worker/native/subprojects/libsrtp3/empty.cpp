// A static library must have a source.
