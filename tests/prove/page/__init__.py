"""The page of `make run` in a browser, by what a person does."""
