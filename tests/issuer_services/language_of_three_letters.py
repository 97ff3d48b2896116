"""The language as the inbound API has it."""

from correct import PEOPLE, Service


class Broken(Service):
    def person(self, consumer):
        person = PEOPLE.get(consumer)
        return person and {**person, "language": "ger"}


if __name__ == "__main__":
    Broken().run()
