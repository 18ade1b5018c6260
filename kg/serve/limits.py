"""What no request may exceed, and the headers that every response carries; plain ASGI around the application."""

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Type, ETag, Retry-After",
}
"""The graph is public and nothing is kept of who asks, so that pages of any origin may read it, without cookies."""
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class TooLong(Exception):
    """More of a body than is taken."""


class Guard:
    """Refuses long addresses and bodies, answers preflights, sets the headers."""

    def __init__(self, app: ASGIApp, body: int, url: int) -> None:
        self._app, self._body, self._url = app, body, url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                found = MutableHeaders(scope=message)
                for name, value in (HEADERS | CORS).items():
                    found.setdefault(name, value)
            await send(message)

        left = self._body

        async def receiving() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLong
            return message

        if len(scope["raw_path"]) + len(scope["query_string"]) > self._url:
            await PlainTextResponse("the address is too long; use POST", 414)(scope, receive, sending)
        elif not length.isdigit() or int(length) > self._body:
            await PlainTextResponse("the body is too long", 413)(scope, receive, sending)
        elif scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await PlainTextResponse("", 204, headers=PREFLIGHT)(scope, receive, sending)
        else:
            try:
                await self._app(scope, receiving, sending)
            except TooLong:
                if not started:
                    await PlainTextResponse("the body is too long", 413)(scope, receive, sending)
