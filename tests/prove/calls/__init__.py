"""What `prove-calls` is made of: a proxy that writes down what our code asks of AWS."""
