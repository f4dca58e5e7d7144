"""A problem that ends a command of the local run."""


class Problem(Exception):
    """Told in one line, without a traceback; the exit status is 1."""


class NotProven(Problem):
    """Something is not as it should be."""
