"""No header but those that were documented."""

from flask import request

from correct import Service

KNOWN = {"host", "accept", "authorization", "x-correlation-id", "content-length"}


class Broken(Service):
    def before(self):
        if {name.lower() for name in request.headers.keys()} - KNOWN:
            return self.error(400, "unknown header")


if __name__ == "__main__":
    Broken().run()
