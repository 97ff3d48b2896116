"""A blank second line, as many a database holds it."""

from correct import PEOPLE, Service


class Broken(Service):
    def person(self, consumer):
        person = PEOPLE.get(consumer)
        address = person and person.get("residencyAddress")
        return {**person, "residencyAddress": {**address, "line2": ""}} if address else person


if __name__ == "__main__":
    Broken().run()
