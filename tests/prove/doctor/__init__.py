"""The faults that `prove-doctor` makes, one at a time, and the mend of each."""
