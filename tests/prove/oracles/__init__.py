"""The judges that nobody here wrote, and their verdict on our code: AWS's models, Microsoft's
metadata and SDKs.
"""
