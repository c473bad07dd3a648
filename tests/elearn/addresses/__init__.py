"""Every address by every role: what each of them is answered.

The tables in the `.txt` files have a line for each address, and a word for each role. An address
that has no line fails the test, so whoever adds one decides at once who may see it.
"""
