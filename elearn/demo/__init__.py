"""A site to try out: accounts, two cohorts and thirty fictional learners with plausible histories.

Made through the domain functions, so that everything in it happened as it would in service.
"""
