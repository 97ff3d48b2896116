"""An error page for people."""

from correct import Service


class Broken(Service):
    def unknown(self):
        return "<h1>Not found</h1>", 404


if __name__ == "__main__":
    Broken().run()
