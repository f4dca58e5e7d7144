"""The proofs that the product does what its documents say, on the local run of infra/local.

`make prove-NAME` runs one, as `python -m prove NAME` in the folder tests with infra on PYTHONPATH;
__main__.py lists them. Proofs import the local run; the local run imports no proof.
"""
