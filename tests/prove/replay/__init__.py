"""What `prove-replay` is made of: letters by the ten thousand, and an SQS that bears them."""
