"""204 for an unknown consumer."""

from correct import Service


class Broken(Service):
    def unknown(self):
        return "", 204


if __name__ == "__main__":
    Broken().run()
