"""No parameter but the one that was documented."""

from flask import request

from correct import Service


class Broken(Service):
    def before(self):
        if set(request.args) - {"cardId"}:
            return self.error(400, "unknown parameter")


if __name__ == "__main__":
    Broken().run()
