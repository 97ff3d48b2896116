"""An answer after the time-out."""

import time

from correct import Service


class Broken(Service):
    def before(self):
        time.sleep(60)


if __name__ == "__main__":
    Broken().run()
