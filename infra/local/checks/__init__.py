"""Tests that ask checkov and Terraform: `make check-infra` runs them, and installs what they need."""
