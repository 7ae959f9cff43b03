"""What a composed conversation can ask: each file words one kind of question and its exact answer.

A topic is a function of a subject and a voice that gives a turn, or None where it does not apply.
"""
