"""Conversations written by a language model behind an OpenAI-compatible endpoint.

`molecules` chooses what to write about, `prompting` words the requests, `client` makes them within a `budget` and
with `backoff`, `reply_log` remembers every reply, `reply_parsing` turns replies into turns or says what is wrong,
`exemplars` shows the model what is wanted, `generation` runs it all and `generation_files` writes what came out.
"""
