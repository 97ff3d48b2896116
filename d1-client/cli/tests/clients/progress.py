"""Draws `pictures/progress.svg`: a frame of `d1 bulk register` in a terminal, as it was written there.

python3 progress.py D1 SVG
"""

import json
import os
import pty
import re
import subprocess
import sys
import tempfile
from html import escape

ROWS = 4000
COLUMNS = 100
HEADER = "consumerId,personalInformation.firstName,personalInformation.lastName\n"


def main(d1: str, svg: str) -> None:
    sandbox = subprocess.Popen([d1, "sandbox", "--output", "json"], stdout=subprocess.PIPE, text=True)
    try:
        said = json.loads(sandbox.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "customers.csv"), "w") as rows:
                rows.write(HEADER)
                rows.writelines(f"c-{row:06},Ada,Lovelace\n" for row in range(ROWS))
            written = in_terminal([d1, "bulk", "register", "customers.csv"], folder, said["variables"])
    finally:
        sandbox.terminate()
    frames = [plain(frame) for frame in re.split(r"[\r\n]", written)]
    frames = [frame for frame in frames if "%" in frame or "ETA" in frame or "/s" in frame]
    summary = [plain(line) for line in written.splitlines() if "done" in line or "journal" in line][-3:]
    frame = frames[len(frames) // 2]
    with open(svg, "w") as picture:
        picture.write(drawn(["$ d1 bulk register customers.csv", frame, "", *summary]))


def in_terminal(command: list[str], folder: str, variables: dict[str, str]) -> str:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ |= variables | {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
        os.execv(command[0], command)
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    written = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    os.waitpid(pid, 0)
    return written.decode()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).rstrip()


def drawn(lines: list[str]) -> str:
    width, line = 20 + COLUMNS * 8, 20
    texts = "".join(
        f'<text x="12" y="{(number + 1) * line + 4}" xml:space="preserve">{escape(text)}</text>\n'
        for number, text in enumerate(lines)
    )
    height = (len(lines) + 1) * line
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" fill="#d6deeb">\n'
        f'<rect width="{width}" height="{height}" rx="6" fill="#0b1a2b"/>\n{texts}</svg>\n'
    )


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), sys.argv[2])
