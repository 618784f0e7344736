"""Benchmarks: what the service costs, as a ratio against a floor measured in the same run.

`bench/run` (or `just bench`) makes the demonstration council in a database of its own, once, and
measures pages, figures, loads of attendance and PDFs. Nothing here is a test of time.
"""
