"""The live services: polite requests, and pages of papers as the services send them.

Each service is a file that knows its addresses, its pace and how to tell a good answer; `client` does the asking and
`cache` keeps what came. What the pages say is read by `kg.sources`, so that a fetched page and a saved one are one.
"""

from kg.fetch.client import Client, Request, download

__all__ = ["Client", "Request", "download"]
