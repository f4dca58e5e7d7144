"""Lambda's part of a function that is a program, its Runtime API: a batch a line, its answer a line.

usage: runtime_api.py PROGRAM
"""

import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NoReturn

_SECONDS = 30
"""The function's timeout."""


class RuntimeApi(BaseHTTPRequestHandler):
    """The two paths of an invocation: what is next, and what came of it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        batch = sys.stdin.readline()
        if not batch:
            _end("there are no more batches")
        self._answer(200, batch.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if not self.path.endswith("/response"):
            _end(f"the function failed: {body}")
        print(body, flush=True)
        self._answer(202, b"")

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:example")
        deadline = int((time.time() + _SECONDS) * 1000)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
        self.end_headers()
        self.wfile.write(body)


def _end(why: str) -> NoReturn:
    """From any thread."""
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


server = ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
threading.Thread(target=server.serve_forever, daemon=True).start()
of_lambda = {
    "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
    "AWS_LAMBDA_FUNCTION_NAME": "consumer",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
}
# What it prints is its log.
function = subprocess.run(sys.argv[1:], env=os.environ | of_lambda, stdout=sys.stderr, check=False)
_end(f"the function ended: {function.returncode}")
