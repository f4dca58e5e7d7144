"""Tests of the local run and of the proofs, where they are pure, of the documents, the stacks and the Makefile."""
