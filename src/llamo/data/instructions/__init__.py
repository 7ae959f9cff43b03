"""Conversations made by machine, and what they are worth.

`endpoint` parts ask a language model to write them; `offline` composes them from exact facts (`topics` holds
what can be asked); `validate` checks those of any origin, claim by claim.
"""
