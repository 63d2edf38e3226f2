"""`fawn rpc`, asked one request at a time."""
import json
import subprocess
import sys

ANSWER_SECONDS = 120
ERROR = "error " # what answers that are errors begin with

sys.setrecursionlimit(20000) # a fold may nest a value as deep as there are documents


class Died(Exception):
    """The process ended instead of answering."""


class Shell:
    """A process with a database in a file, or in memory when `database` is None."""

    def __init__(self, binary, database=None, *options):
        self.command = [binary, "--sync", "off", *options, "rpc", *([str(database)] if database else [])]
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def request(self, request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        try:
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line.endswith(b"\n"):
            raise Died(f"{self.process.stderr.read().decode(errors='replace')[-6000:]}")
        return json.loads(line)

    def ask(self, text, arguments=None):
        """What a query gives, as text that can be compared: its value with the types of all that it
        holds, or the code and the message of its error."""
        answer = self.request({"query": text, "arguments": arguments or {}})
        if "error" in answer:
            return f"{ERROR}{answer['error']['code']}: {answer['error'].get('message')}"
        return json.dumps(answer["data"], ensure_ascii=False)

    def value(self, text, arguments=None):
        """The value of a query that must succeed, as Python has it."""
        answer = self.request({"query": text, "arguments": arguments or {}})
        if "error" in answer:
            raise ValueError(f"{answer.get('summary')}\n{text[:500]}")
        return answer["data"]

    def end(self):
        self.process.stdin.close()
        said = self.process.stderr.read().decode(errors="replace")
        code = self.process.wait(ANSWER_SECONDS)
        if code != 0:
            raise Died(f"exit code {code}\n{said[-6000:]}")
