"""The parts of `prove-replay`: dead letters by the ten thousand, and an SQS that bears them."""
