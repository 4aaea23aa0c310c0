"""Servers on the loopback that answer at once: AWS from a list of recorded answers, and SMTP."""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

type Key = tuple[str, str]


def key_of(target: str, path: str, body: bytes) -> Key:
    """Return what an answer is kept under: the operation, and the table where there is one."""
    if not target:
        return "", path
    asked = json.loads(body)
    return target, f"{asked.get('TableName', '')}/{asked.get('IndexName', '')}"


@contextmanager
def serving(answers: Mapping[Key, bytes]) -> Iterator[tuple[int, int]]:
    """Run both servers in a process of their own, whose CPU is nobody's; yields the ports of HTTP and SMTP."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(dict(answers), there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _serve(answers: dict[Key, bytes], ready: Connection) -> None:
    async def run() -> None:
        http = await asyncio.start_server(lambda r, w: _http(answers, r, w), "127.0.0.1", 0)
        smtp = await asyncio.start_server(_smtp, "127.0.0.1", 0)
        ready.send((http.sockets[0].getsockname()[1], smtp.sockets[0].getsockname()[1]))
        await asyncio.gather(http.serve_forever(), smtp.serve_forever())

    asyncio.run(run())


async def _http(answers: dict[Key, bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            found = answers[key_of(headers.get("x-amz-target", ""), head[0].split()[1], body)]
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n"
                % len(found)
                + found
            )


async def _smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 stub\r\n")
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while line := (await reader.readuntil(b"\r\n")).strip().upper():
            if line == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"221 bye\r\n" if line == b"QUIT" else b"250 stub\r\n")
