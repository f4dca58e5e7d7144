"""The verdict of AWS's own models on the recorded requests, and on the grants for them."""
