"""SPARQL over a built graph, in Oxigraph.

    opening   the store of a folder, made from its Turtle files at the first need
    catalogue the named queries of ``ontologies/queries``
    names     what people call a concept or a paper → its IRI
    answers   a question → bytes in a result format, with a limit on rows
    refusal   what a shared endpoint does not do
    worker    a process that answers and can be killed, and a pool of them

Oxigraph's `query` cannot be interrupted, so that questions go to a process that can.
"""
