"""Tests that ask checkov and Terraform: `make check-infra` installs what they need."""
