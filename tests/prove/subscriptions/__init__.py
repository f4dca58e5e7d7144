"""What `prove-subscriptions` is made of."""
