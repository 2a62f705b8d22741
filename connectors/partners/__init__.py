"""The partner kit: a real other end for each kind of connector, on loopback, for departments to try their side with.

A partner validates all it gets, can be told to misbehave by chance, and shows what it holds. Nobody's data is kept:
what a partner holds goes with it.
"""
