"""The directory in the words of others: Open Referral UK (HSDS 3.0) and tables.

What is for professionals only has no place in any of them, on the way out and on the way in.
"""
