"""A lifetime as OAuth 2.0 has it, and the vendor has not."""

from correct import Service


class Broken(Service):
    def expires_in(self):
        return 900


if __name__ == "__main__":
    Broken().run()
