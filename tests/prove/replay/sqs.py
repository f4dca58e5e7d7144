"""SQS in memory, for queues so long that MiniStack, which walks all of one each time, is too slow.

The JSON protocol, standard queues, what `teamwire replay` and the proof of it ask for. A call
takes no longer for a queue that is longer. It alone shows a run over 40,000 messages.

    python sqs.py     prints its port, then serves until it is stopped
"""

import asyncio
import collections
import email.utils
import heapq
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any, NoReturn

_ACCOUNT = "000000000000"
_ERROR = "com.amazonaws.sqs#"


@dataclass
class Message:
    """One on a queue."""

    body: str
    attributes: dict[str, Any]
    system: dict[str, str]
    receives: int = 0
    handle: str = ""
    visible_at: float = 0.0
    ready: bool = True


class Refused(Exception):
    """The code of an error."""


class Queue:
    """Messages by id; those that can be received in `_ready`, the others by when they can."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self._ready: collections.deque[str] = collections.deque()
        self._hidden: list[tuple[float, str]] = []
        self._visible = 0

    def put(self, entry: dict[str, Any], now: float) -> str:
        """Adds one; its id."""
        name = str(uuid.uuid4())
        system = {"SentTimestamp": str(int(now * 1000))}
        if "MessageGroupId" in entry:
            system["MessageGroupId"] = entry["MessageGroupId"]
        trace = entry.get("MessageSystemAttributes", {}).get("AWSTraceHeader")
        if trace:
            system["AWSTraceHeader"] = trace["StringValue"]
        self.messages[name] = Message(
            entry["MessageBody"], entry.get("MessageAttributes", {}), system
        )
        self._ready.append(name)
        self._visible += 1
        return name

    def receive(self, most: int, hidden: float, now: float) -> list[tuple[str, Message]]:
        """Takes at most so many that are visible, and hides them."""
        self._wake(now)
        received: list[tuple[str, Message]] = []
        while self._ready and len(received) < most:
            name = self._ready.popleft()
            message = self.messages.get(name)
            if message is None or not message.ready:
                continue
            message.receives += 1
            message.handle = f"{name}/{message.receives}"
            self._hide(name, message, now + hidden)
            received.append((name, message))
        return received

    def delete(self, handle: str) -> None:
        """Forgets the message of a handle."""
        name, message = self._find(handle)
        self._visible -= message.ready
        del self.messages[name]

    def hide(self, handle: str, hidden: float, now: float) -> None:
        """Hides the message of a handle until then."""
        name, message = self._find(handle)
        if hidden > 0:
            self._hide(name, message, now + hidden)
        elif not message.ready:
            self._show(name, message)

    def counts(self, now: float) -> tuple[int, int]:
        """Visible and hidden."""
        self._wake(now)
        return self._visible, len(self.messages) - self._visible

    def _find(self, handle: str) -> tuple[str, Message]:
        name = handle.partition("/")[0]
        message = self.messages.get(name)
        if message is None or message.handle != handle:
            raise Refused("ReceiptHandleIsInvalid")
        return name, message

    def _hide(self, name: str, message: Message, until: float) -> None:
        self._visible -= message.ready
        message.ready = False
        message.visible_at = until
        heapq.heappush(self._hidden, (until, name))

    def _show(self, name: str, message: Message) -> None:
        message.ready = True
        self._visible += 1
        self._ready.append(name)

    def _wake(self, now: float) -> None:
        while self._hidden and self._hidden[0][0] <= now:
            until, name = heapq.heappop(self._hidden)
            message = self.messages.get(name)
            if message is not None and not message.ready and message.visible_at == until:
                self._show(name, message)


class Account:
    """Queues by name."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._queues: dict[str, Queue] = {}

    async def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """One call."""
        now = time.monotonic()
        if operation == "CreateQueue":
            self._queues.setdefault(request["QueueName"], Queue())
            return {"QueueUrl": self._url(request["QueueName"])}
        if operation == "GetQueueUrl":
            if request["QueueName"] not in self._queues:
                raise Refused("QueueDoesNotExist")
            return {"QueueUrl": self._url(request["QueueName"])}
        queue = self._queues[request["QueueUrl"].rpartition("/")[2]]
        if operation == "ReceiveMessage":
            return await self._receive(queue, request)
        if operation == "GetQueueAttributes":
            visible, hidden = queue.counts(now)
            return {
                "Attributes": {
                    "ApproximateNumberOfMessages": str(visible),
                    "ApproximateNumberOfMessagesNotVisible": str(hidden),
                }
            }
        one = {
            "SendMessageBatch": lambda entry: {
                "MessageId": queue.put(entry, time.time()),
                "MD5OfMessageBody": "",
            },
            "DeleteMessageBatch": lambda entry: queue.delete(entry["ReceiptHandle"]) or {},
            "ChangeMessageVisibilityBatch": lambda entry: queue.hide(
                entry["ReceiptHandle"], entry["VisibilityTimeout"], now
            )
            or {},
        }.get(operation)
        if one is None or not 1 <= len(request["Entries"]) <= 10:
            raise Refused("InvalidAction")
        answer: dict[str, Any] = {"Successful": [], "Failed": []}
        for entry in request["Entries"]:
            try:
                answer["Successful"].append({"Id": entry["Id"], **one(entry)})
            except Refused as refused:
                failed = {"Id": entry["Id"], "Code": str(refused), "SenderFault": True}
                answer["Failed"].append(failed)
        return answer

    async def _receive(self, queue: Queue, request: dict[str, Any]) -> dict[str, Any]:
        patience = time.monotonic() + request.get("WaitTimeSeconds", 0)
        while True:
            now = time.monotonic()
            received = queue.receive(
                request.get("MaxNumberOfMessages", 1), request.get("VisibilityTimeout", 30), now
            )
            if received or now >= patience:
                break
            await asyncio.sleep(0.05)
        return {
            "Messages": [
                {
                    "MessageId": name,
                    "ReceiptHandle": message.handle,
                    "Body": message.body,
                    "Attributes": message.system
                    | {"ApproximateReceiveCount": str(message.receives)},
                    "MessageAttributes": message.attributes,
                }
                for name, message in received
            ]
        }

    def _url(self, name: str) -> str:
        return f"{self._root}/{_ACCOUNT}/{name}"


async def _serve(
    account: Account, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            body = await reader.readexactly(int(headers["content-length"]))
            status, answer = await _answer(account, headers["x-amz-target"], body)
            writer.write(
                f"HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\n"
                f"date: {email.utils.formatdate(usegmt=True)}\r\n"
                f"content-length: {len(answer)}\r\n\r\n".encode()
                + answer
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


_OPERATIONS = {
    name.lower(): name
    for name in (
        "CreateQueue",
        "GetQueueUrl",
        "ReceiveMessage",
        "GetQueueAttributes",
        "SendMessageBatch",
        "DeleteMessageBatch",
        "ChangeMessageVisibilityBatch",
    )
}


async def _answer(account: Account, target: str, body: bytes) -> tuple[str, bytes]:
    try:
        operation = _OPERATIONS.get(target.rpartition(".")[2], "")
        return "200 OK", json.dumps(await account.answer(operation, json.loads(body))).encode()
    except (Refused, KeyError) as refused:
        code = str(refused) if isinstance(refused, Refused) else "QueueDoesNotExist"
        return "400 Bad Request", json.dumps({"__type": _ERROR + code}).encode()


async def main() -> NoReturn:
    """Serves on a free port of this machine."""
    accounts: list[Account] = []
    server = await asyncio.start_server(
        lambda reader, writer: _serve(accounts[0], reader, writer), "127.0.0.1", 0, limit=2**21
    )
    port = server.sockets[0].getsockname()[1]
    accounts.append(Account(f"http://127.0.0.1:{port}"))
    print(port, flush=True)
    await server.serve_forever()
    raise AssertionError("it serves until it is cancelled")


if __name__ == "__main__":
    asyncio.run(main())
