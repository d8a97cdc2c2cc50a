"""What libzmq says and understands on a ZMTP 3 connection: python make_zmtp.py > zmtp.json (pyzmq 25 or newer).

A raw TCP client shakes hands with libzmq's sockets exactly as src/notebook/zmtp.ts does, and keeps every byte.
"""
import base64, json, socket, struct, time
import zmq


def greeting():
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + b"\0" * 32


def prop(name, value):
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


def frame(flags, body):
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | 2]) + struct.pack(">Q", len(body)) + body


def drain(conn, quiet=2):
    conn.settimeout(quiet)
    got = b""
    try:
        while True:
            part = conn.recv(1 << 16)
            if not part:
                break
            got += part
    except TimeoutError:
        pass
    return got


context = zmq.Context()
transcripts = []
for kind, own, identity in (("DEALER", zmq.ROUTER, "me"),):
    peer = context.socket(own)
    port = peer.bind_to_random_port("tcp://127.0.0.1")
    conn = socket.create_connection(("127.0.0.1", port))
    ready = b"\x05READY" + prop(b"Socket-Type", kind.encode())
    if identity:
        ready += prop(b"Identity", identity.encode())
    client = greeting() + frame(4, ready)
    if kind == "SUB":
        client += frame(0, b"\x01")
    time.sleep(0.3); conn.sendall(client)
    said = drain(conn)
    messages = [[b""], [b"a"], [b"b" * 255, b"c" * 256, b""], [b"d" * 70000, b"e"]]
    understood = []
    if kind == "DEALER":
        more = frame(1, b"\x01") + frame(1, b"\x02" * 255) + frame(0, b"\x03" * 256)
        conn.sendall(more)
        client += more
        received = peer.recv_multipart()
        assert received == [b"me", b"\x01", b"\x02" * 255, b"\x03" * 256], received
        understood = [base64.b64encode(part).decode() for part in received]
    for message in messages:
        peer.send_multipart(([b"me"] if kind == "DEALER" else []) + message)
    time.sleep(0.2)
    sent = drain(conn)
    transcripts.append({
        "type": kind,
        "identity": identity,
        "peer": [base64.b64encode(said).decode(), base64.b64encode(sent).decode()],
        "messages": [[[len(part), part[0] if part else -1] for part in message] for message in messages],
        "understood": understood,
        "client": base64.b64encode(client).decode(),
    })
    conn.close()
    peer.close(0)
print(json.dumps(transcripts))
