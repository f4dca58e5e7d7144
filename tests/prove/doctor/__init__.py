"""What `prove-doctor` breaks, one thing at a time, and how each is mended."""
