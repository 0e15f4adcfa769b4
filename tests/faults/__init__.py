"""The fault harness: the whole platform in a temporary folder, candidates behind a bad network, and kill -9.

    python -m tests.faults --seconds 600 --seed 1

A room per file: `stack` the servers and who restarts them, `proxy` the network, `wire` HTTP over it, `pupils` the
candidates and their devices, `school` what is in the database before and after, `journal` what was acknowledged and
the judgement, `controls` the seeded defects that the harness must see.
"""
