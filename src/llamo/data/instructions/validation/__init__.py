"""What conversations are worth, whoever wrote them.

`judging` looks at one conversation (claims against RDKit, `answer_checks` for its language), `duplicates` and
`diversity` at all of them, `validating` runs it over files, `report` and `plots` tell what came out.
"""
