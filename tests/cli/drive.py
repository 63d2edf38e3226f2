#!/usr/bin/env python3
"""Drives an interactive program through a terminal, as a user would.

    drive.py COMMAND [ARG...] < SCRIPT

Lines of the script: `send KEYS` types (with Python's escapes: \\r, \\x03), `expect TEXT` waits
until the text has appeared behind what was expected before, `pause SECONDS` waits, `hangup`
sends SIGHUP, `exit CODE` waits for the end. Colour and cursor movements are dropped from the output first.
"""
import os
import pty
import re
import select
import signal
import sys
import time

SECONDS_MAX = 20
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r|\x07")


class Terminal:
    def __init__(self, command):
        self.seen = self.text = ""
        self.child, self.fd = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm", COLUMNS="80", LINES="24")
            os.execvp(command[0], command)

    def read(self, seconds):
        """Whether anything came."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.text += CONTROLS.sub("", data.decode("utf-8", "replace"))
        return bool(data)

    def expect(self, wanted):
        deadline = time.monotonic() + SECONDS_MAX
        while wanted not in self.text:
            if time.monotonic() > deadline or not self.read(0.2) and self.ended():
                raise SystemExit(f"expected {wanted!r}, got {self.seen + self.text!r}")
        before, _, self.text = self.text.partition(wanted)
        self.seen += before + wanted

    def ended(self):
        return os.waitid(os.P_PID, self.child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def pause(self, seconds):
        time.sleep(float(seconds))

    def hangup(self, _):
        os.kill(self.child, signal.SIGHUP)

    def exit(self, wanted):
        deadline = time.monotonic() + SECONDS_MAX
        while not self.ended():
            self.read(0.1)
            if time.monotonic() > deadline:
                raise SystemExit(f"does not end; got {self.seen + self.text!r}")
        code = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        if code != int(wanted):
            raise SystemExit(f"exit code {code}, expected {wanted}; got {self.seen + self.text!r}")


def main():
    terminal = Terminal(sys.argv[1:])
    for line in sys.stdin:
        verb, _, argument = line.rstrip("\n").partition(" ")
        if verb == "send":
            os.write(terminal.fd, argument.encode().decode("unicode_escape").encode("latin-1"))
        elif verb in ("expect", "pause", "hangup", "exit"):
            getattr(terminal, verb)(argument)


main()
