"""Anybody may connect, and with a token anybody is answered."""

import ssl

from correct import Service


class Broken(Service):
    client_certificate = ssl.CERT_NONE


if __name__ == "__main__":
    Broken().run()
