"""What text is, and the places in it: canonical text, offsets, units, anchors, encodings, readers."""
