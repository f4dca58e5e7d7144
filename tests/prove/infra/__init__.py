"""What `prove-infra` is made of: both stacks, deployed to emulators."""
