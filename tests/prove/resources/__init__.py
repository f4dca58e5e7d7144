"""What `prove-resources` is made of: what has to become of each change."""
