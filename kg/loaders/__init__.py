"""The graph goes into running systems: Neo4j over Bolt, triple stores over the Graph Store Protocol.

Loading twice is loading once, and a load that broke off is completed by the next. Passwords come from environment
variables alone, so that no process list, history, output or error ever shows one.
"""
