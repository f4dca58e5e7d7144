"""The parts of `prove-calls`: a proxy that records the requests of our code to AWS."""
