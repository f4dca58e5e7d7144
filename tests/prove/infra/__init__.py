"""The parts of `prove-infra`: both stacks, deployed to emulators."""
