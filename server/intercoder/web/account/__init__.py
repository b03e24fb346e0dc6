"""Pages of an account: signing in, setting up, invitations, own tokens and sessions."""
