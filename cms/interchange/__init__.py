"""Questions from other systems: Moodle XML and GIFT read into our kinds of question.

What has no kind of ours is listed with its reason, and what is left behind of a question that has
one is noted beside it; nothing is dropped in silence.
"""
