"""What is required: the specification as tests."""
