"""The person of the request before: a variable that all requests share."""

from correct import PEOPLE, Service


class Broken(Service):
    last = None

    def person(self, consumer):
        if consumer in PEOPLE and self.last is None:
            self.last = PEOPLE[consumer]
        return self.last if consumer in PEOPLE else None


if __name__ == "__main__":
    Broken().run()
