"""Training of the network in fixtures/; see fixtures/README.md."""
