"""Microsoft's SDKs, and code that nobody here wrote, against the simulator."""
