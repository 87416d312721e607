"""The attackers of flood_test.py, each a process of its own: floods.py KIND PORT AUTHORITY COUNT.

Prints "under way" once all of it stands, holds what it opened until its input ends, and prints what came of it.
Loopback only; each kind is bounded by COUNT.
"""
import collections
import concurrent.futures
import socket
import struct
import sys
import types

import grpc

import edge
from edge import CONTINUATION, DATA, END_HEADERS, HEADERS, RST_STREAM, call, framed

MIB = 1 << 20
# Of one address at once: less than the edge allows, so that its cap on onwardd's connections is what is met.
CALLS_PER_ADDRESS = 500
STREAMS = 100
WINDOW_UPDATE = 8


def address(number):
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def silent(target, count):
    """TCP connections that say nothing."""
    return [socket.create_connection(("127.0.0.1", target.port), 30, (address(number % 100), 0)) for number in range(count)], ""


def idle(target, count):
    """HTTP/2 connections without a call."""
    return [edge.RawHttp2(target, source=address(number % 100)) for number in range(count)], ""


def calls(target, count):
    """Calls whose bodies never come: each is a connection to onwardd."""
    raws = []
    for start in range(0, count, STREAMS):
        raws.append(edge.RawHttp2(target, source=address(start // CALLS_PER_ADDRESS)))
        raws[-1].send(b"".join(raws[-1].frame(HEADERS, END_HEADERS, number, raws[-1].request()) for number in range(1, 2 * STREAMS, 2)))
    return raws, ""


def fat_calls(target, count):
    """The same with metadata of 12 KiB each."""
    raws = []
    for start in range(0, count, STREAMS):
        raw = edge.RawHttp2(target, source=address(start // CALLS_PER_ADDRESS))
        raws.append(raw)
        for number in range(1, 2 * STREAMS, 2):
            raw.send(raw.frame(HEADERS, END_HEADERS, number, raw.request(extra=[("x-fat", f"{number:05}" + "~" * 12_000)])))
    return raws, ""


def messages(target, count):
    """Messages of 64 MiB, four at a time, by a client that knows no limit."""
    credentials = grpc.ssl_channel_credentials(target.world.authority.cert.read_bytes())

    def one(_):
        with grpc.secure_channel(f"localhost:{target.port}", credentials, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            return call(channel, edge.LIST_INVENTORIES, bytes(64 * MIB), timeout=60)[0].name

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return [], dict(collections.Counter(pool.map(one, range(count))))


def uploads(target, count):
    """Messages of 4 MiB that are never whole: all but the last KiB of each, then nothing."""
    raws, length = [], 4 * MIB - 1024
    for start in range(0, count, STREAMS):
        raw = edge.RawHttp2(target, source=address(start // CALLS_PER_ADDRESS))
        raws.append(raw)
        here = range(1, 2 * min(STREAMS, count - start), 2)
        left, window = {number: length for number in here}, collections.Counter({number: 65_535 for number in here})
        head = struct.pack(">BI", 0, 4 * MIB)
        for number in here:
            raw.send(raw.frame(HEADERS, END_HEADERS, number, raw.request()) + raw.frame(DATA, 0, number, head))
            window[number] -= len(head)
        frames = raw.frames()
        raw.socket.settimeout(5)
        while left:
            for number in [one for one in left if window[one] > 0]:
                part = min(16_384, window[number], left[number])
                raw.send(raw.frame(DATA, 0, number, bytes(part)))
                window[number] -= part
                left[number] -= part
                if left[number] == 0:
                    del left[number]
            if not left or any(window[number] > 0 for number in left):
                continue
            got = next(frames, None)
            if got is None:
                break
            kind, _, number, payload = got
            if kind == WINDOW_UPDATE:
                window[number] += struct.unpack(">I", payload)[0]
            elif kind == RST_STREAM or kind == HEADERS:
                left.pop(number, None)
    return raws, ""


def headers(target, count):
    """COUNT MiB of header blocks without an end: fields of 500 bytes, then one whose length has no end."""
    sent = connections = 0
    while sent < count * MIB:
        with edge.RawHttp2(target, source=address(connections % 100)) as raw:
            connections += 1
            raw.send(raw.frame(HEADERS, 0, 1, raw.request()))
            part = raw.frame(CONTINUATION, 0, 1, b"".join(raw.encoder.encode([(f"x-{n}", "~" * 500)]) for n in range(20)))
            if connections % 2:
                part = raw.frame(CONTINUATION, 0, 1, b"\x00\x05x-big\x7f" + b"\x80" * 16_000)
            for _ in range(1_000):
                if not raw.send(part):
                    break
                sent += len(part)
    return [], f"{connections} connections"


def resets(target, count):
    """Calls that are cancelled as soon as they are made (CVE-2023-44487), on four connections from as many addresses."""
    raws = [edge.RawHttp2(target, source=address(number)) for number in range(4)]
    blocks = [raw.request() for raw in raws]
    sent, again = 0, 0
    for start in range(1, count // 2, 1_000):
        for number, raw in enumerate(raws):
            burst = b"".join(raw.frame(HEADERS, END_HEADERS, stream, blocks[number]) + raw.frame(RST_STREAM, 0, stream, struct.pack(">I", 8))
                             for stream in range(start, start + 1_000, 2))
            if not raw.send(burst):
                again += 1
            sent += 500
    return raws, f"{sent} sent, {again} times refused"


if __name__ == "__main__":
    import pathlib

    kind, port, authority, count = sys.argv[1:]
    target = types.SimpleNamespace(port=int(port), world=types.SimpleNamespace(authority=types.SimpleNamespace(cert=pathlib.Path(authority))))
    held, result = {one.__name__: one for one in (silent, idle, calls, fat_calls, messages, uploads, headers, resets)}[kind](target, int(count))
    print("under way", flush=True)
    sys.stdin.read()
    print(result, flush=True)
