"""A D1 of which the environment tells: a token by a signed assertion, and the sandbox's control API."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

import jwt

BANKING_URL = os.environ["D1_BANKING_URL"]
AUTH_URL = os.environ["D1_AUTH_URL"]
ISSUER_ID = os.environ["D1_ISSUER_ID"]
CONTROL_URL = os.environ["D1_CONTROL_URL"]


def token():
    with open(os.environ["D1_SIGNING_KEY_FILE"], "rb") as file:
        key = file.read()
    claims = {"iss": ISSUER_ID, "sub": ISSUER_ID, "exp": int(time.time()) + 300}
    assertion = jwt.encode(claims, key, "ES256", headers={"kid": os.environ["D1_KEY_ID"]})
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    form = urllib.parse.urlencode({"grant_type": grant, "assertion": assertion})
    with urllib.request.urlopen(f"{AUTH_URL}/oauth2/token", form.encode()) as answer:
        return json.load(answer)["access_token"]


def send(method, url, body=None, **headers):
    """Status, and the body as JSON."""
    request = urllib.request.Request(url, method=method, headers=headers)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("content-type", "application/json")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def control(method, path, body=None):
    status, answer = send(method, CONTROL_URL + path, body)
    assert status < 300, f"{method} {path}: {status} {answer}"
    return answer
