"""Act: the only writes. ``runner`` carries out a plan's steps; the others wait for Azure and for HTTPS."""
