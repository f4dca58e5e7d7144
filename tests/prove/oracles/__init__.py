"""What nobody here wrote, and what it says of our code: AWS's models, Microsoft's metadata and SDKs."""
