"""One file an operation, each the story of its run from top to bottom."""
