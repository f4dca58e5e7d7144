"""What the SAM template and the Terraform module must both be: facts.yaml, and how it is held."""
