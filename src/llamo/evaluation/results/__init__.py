"""The results page: which systems are measured on which data, how they are run, and the tables that come out.

`config` reads what is wanted, `input_tables` makes the tables that are asked, `commands` fills in the commands, `plan`
lists the cells (a system on a data set), `running` runs what is missing, `cell_records` keeps what came out, `quoted`
reads published figures, and `page` lays measured and quoted figures out, marked apart.
"""
