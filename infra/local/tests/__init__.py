"""Tests of the local run's pure parts, and the contract of the SAM template."""
