"""Which questions the structure alone decides, and their answers in words: computed, not generated.

route_question("How many rings does it have?")  ->  rings
route_question("Is it toxic?")                  ->  nothing; the model answers
"""
