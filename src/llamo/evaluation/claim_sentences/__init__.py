"""The claim checker measured on sentences of real captions that people have labelled blind.

`drawing` chooses the sentences, `labels` reads what labellers found, `matching` and `agreement` compare. Captions do
not belong to this project, so sentences stay outside the repository and labels hold none of their words.
"""
