"""An OAuth client library asks the service: a token, and with it a consumer.

Run with the base URL and a folder that holds ca.pem and client.pem (certificate and key).
"""

import sys

from authlib.integrations.requests_client import OAuth2Session

base, folder = sys.argv[1:]
session = OAuth2Session("d1", "a secret", token_endpoint_auth_method="client_secret_basic")
session.trust_env = False  # no bundle of the environment's in place of ours
session.verify = f"{folder}/ca.pem"
session.cert = f"{folder}/client.pem"
token = session.fetch_token(f"{base}/authz/d1/v1/oauth2/token", grant_type="client_credentials")
assert token["token_type"] == "Bearer" and token["expires_in"] == "900", token.keys()

answer = session.get(f"{base}/banking/d1/v1/issuers/is_sandbox/consumers/c-ada", params={"cardId": "card-1"})
assert answer.status_code == 200, answer.status_code
assert answer.json()["firstName"] == "Ada"
assert answer.headers["Cache-Control"] == "no-store"

answer = session.get(f"{base}/banking/d1/v1/issuers/is_sandbox/consumers/c-nobody")
assert (answer.status_code, answer.json()) == (404, {"error": "unknown consumer"})
print("ok")
