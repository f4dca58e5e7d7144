"""What AWS's own models say of the requests that were recorded, and of the grants for them."""
