"""Azure Cloud Services (extended support), from a build's output to HTTPS that is proven to work."""

__version__ = "0.1.0"
