"""Text made by pure functions; the hosts deliver it."""
