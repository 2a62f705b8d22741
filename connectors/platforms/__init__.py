"""What provincial platforms have in common: rows under their own field names, reported over HTTP, read back later.

Which platform it is, and its field map, stands in `publicity` and `supervision`; maps are data files with a version,
because every province differs.
"""
