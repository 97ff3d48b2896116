"""An error that repeats the token."""

from flask import request

from correct import Service


class Broken(Service):
    def unauthorized(self):
        return self.error(401, f"not valid: {request.headers.get('Authorization')}")


if __name__ == "__main__":
    Broken().run()
