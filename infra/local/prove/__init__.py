"""What `prove-subscriptions` and `prove-resources` are made of."""
