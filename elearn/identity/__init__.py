"""Proving who somebody is: second factors, single sign-on, and proving it once more."""
