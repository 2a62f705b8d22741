"""The command line: parse, call one action or library function, show. Nothing is decided here.

Each module here adds its commands to the group in `entry`; heavy parts are imported when a command runs.
"""
