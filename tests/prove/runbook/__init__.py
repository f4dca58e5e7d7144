"""The proof of docs/RUNBOOK.md: each of its procedures, run on the local stack."""
