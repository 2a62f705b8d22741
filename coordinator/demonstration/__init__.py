"""The demonstration: beside the sample county's round a small one in every state, and somebody to sign in as.

All of it is made by the actions that the service itself uses. What the workbooks hold is deploy/sample's affair.
"""
