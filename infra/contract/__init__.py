"""The facts that the SAM template and the Terraform module share: facts.yaml, and its checks."""
