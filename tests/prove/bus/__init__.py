"""What `prove-bus` is made of: events by the ten thousand, and a bus in trouble."""
