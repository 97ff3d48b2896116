"""An issuer's service that D1 can use, in Flask. The files beside it break one thing each.

Run with a folder that holds ca.pem, server.pem and server.key; prints its port.
"""

import base64
import binascii
import hmac
import re
import secrets
import ssl
import sys

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

ISSUER, CLIENT, SECRET = "is_sandbox", "d1", "a secret"
PEOPLE = {
    "c-ada": {
        "firstName": "Ada",
        "lastName": "Lovelace",
        "language": "en-GB",
        "residencyAddress": {"line1": "12 St James's Square", "zipCode": "SW1Y 4JH", "countryCode": "GB"},
    },
    "c-alan": {"firstName": "Alan", "lastName": "Turing", "language": "en-GB"},
}


class Service:
    """Each part may be overridden by a broken one."""

    client_certificate = ssl.CERT_REQUIRED

    def __init__(self):
        self.tokens = set()

    def error(self, status, text):
        return jsonify(error=text), status

    def expires_in(self):
        return "900"

    def person(self, consumer):
        return PEOPLE.get(consumer)

    def unknown(self):
        return self.error(404, "unknown consumer")

    def unauthorized(self):
        return self.error(401, "unauthorized")

    def before(self):
        """May refuse, or wait."""

    def token(self):
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        try:
            value = value.replace("-", "+").replace("_", "/").rstrip("=")
            given = base64.b64decode(value + "=" * (-len(value) % 4)).decode()
        except (binascii.Error, ValueError):
            given = ""
        if scheme.lower() != "basic" or not hmac.compare_digest(given.encode(), f"{CLIENT}:{SECRET}".encode()):
            return self.error(401, "invalid_client")
        if request.form.get("grant_type") != "client_credentials":
            return self.error(400, "unsupported_grant_type")
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return jsonify(access_token=token, token_type="Bearer", expires_in=self.expires_in())

    def consumer(self, issuer, consumer):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self.tokens:
            return self.unauthorized()
        refused = self.before()
        if refused is not None:
            return refused
        if issuer != ISSUER or not re.fullmatch("[A-Za-z0-9_-]{1,64}", consumer):
            return self.unknown()
        person = self.person(consumer)
        return self.unknown() if person is None else jsonify(person)

    def app(self):
        app = Flask(__name__)
        app.add_url_rule("/authz/d1/v1/oauth2/token", "token", self.token, methods=["POST"])
        app.add_url_rule(
            "/banking/d1/v1/issuers/<issuer>/consumers/<consumer>", "consumer", self.consumer, methods=["GET"]
        )

        @app.after_request
        def not_stored(answer: Response):
            answer.headers["Cache-Control"] = "no-store"
            return answer

        return app

    def run(self):
        folder = sys.argv[1]
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
        tls.load_verify_locations(f"{folder}/ca.pem")
        tls.verify_mode = self.client_certificate
        server = make_server("127.0.0.1", 0, self.app(), threaded=True, ssl_context=tls)
        print(server.port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    Service().run()
