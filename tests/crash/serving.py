"""A server that is tested: started, asked over HTTP, killed or stopped."""
import http.client
import json
import re
import resource
import subprocess
import sys
import time


class Server:
    """`fawn serve` on a port of its own. Its log must be free of what sanitizers say."""

    def __init__(self, binary, database, log, *options, space=None):
        """`space`: MiB of address space that it may have."""
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (space << 20, space << 20))

        self.log = log
        with open(log, "w") as out:
            self.process = subprocess.Popen(
                [binary, "serve", *([database] if database else []), "--dev", "--port", "0",
                 *options], stderr=out, preexec_fn=limit if space else None)
        for _ in range(1200):
            found = re.search(r'"event":"listening".*"port":(\d+)', log.read_text())
            if found:
                self.port = int(found[1])
                return
            time.sleep(0.05)
        sys.exit("the server does not listen:\n" + log.read_text())

    def connect(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def post(self, path, body, connection=None, **headers):
        """The answer as an object. OSError, HTTPException: there is none."""
        connection = connection or self.connect()
        connection.request("POST", path, json.dumps(body),
                           {"authorization": "Bearer secret", **headers})
        return json.loads(connection.getresponse().read())

    def query(self, text, connection=None):
        answer = self.post("/query/1", {"query": text}, connection)
        if "data" not in answer:
            raise ValueError(answer["error"]["message"])
        return answer["data"]

    def metric(self, name):
        connection = self.connect()
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        return int(re.search(rf"^{name} (\d+)$", text, re.M)[1])

    def kill(self):
        """Returns whether it had nothing to complain of."""
        self.process.kill()
        self.process.wait()
        return self.is_content()

    def is_content(self):
        said = self.log.read_text()
        if "Sanitizer" in said or "runtime error" in said:
            print(said[-8000:])
            return False
        return True

    def stop(self):
        """Returns whether it ended in order, with nothing to complain of."""
        self.process.terminate()
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            code = "it did not end"
        said = self.log.read_text()
        if code == 0 and '"event":"stopped"' in said:
            return self.is_content()
        print(f"  exit code {code}\n{said[-4000:]}")
        return False
