"""The parts of `prove-subscriptions`."""
