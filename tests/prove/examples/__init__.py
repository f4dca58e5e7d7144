"""The consumers of examples/, as people would run them."""
