"""Look and decide: ``observe`` reads, ``planner`` decides (pure), ``model`` is what it decides.

A plan is data: it can be printed, compared and left undone, and ``operation: plan`` does just that.
"""
