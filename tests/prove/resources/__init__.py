"""The parts of `prove-resources`: the outcome that each change must have."""
