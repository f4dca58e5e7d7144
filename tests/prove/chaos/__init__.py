"""The real binaries while everything around them fails: the proof, its faults, and the count after it."""
