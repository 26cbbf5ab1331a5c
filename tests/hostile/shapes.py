"""Malformed HTTP/1.1 requests, each followed by a request that only a wrong reading of the first one would see. Folded lines are
not among them: RFC 9112 5.2 lets a server read them as one."""

HOST = b"Host: 127.0.0.1\r\n"


def behind(mark):
    return b"GET /smuggled-" + mark + b" HTTP/1.1\r\n" + HOST + b"\r\n"


def with_fields(fields, body=b"hello", method=b"POST", version=b"HTTP/1.1"):
    return method + b" /token " + version + b"\r\n" + HOST + fields + b"\r\n" + body


# Where the body ends is not clear (RFC 9112 §6.3): two lengths, a length that is no number, a coding that is not chunked
# at its end, both at once.
LENGTHS = [b"+5", b"-5", b"0x5", b"5 5", b"5, 6", b"5;", b"5.0", b"five", b"", b"18446744073709551621", b"9" * 40, b"5\x00",
           b"\x0b5", b"5\x0b", b"'5'", b"5\t6", b"1e1", b"5_0", b"5,5x", b"\xb2"]
CODINGS = [b"chunked, identity", b"xchunked", b"chunkedx", b"identity", b"gzip", b"chunked;q=1", b"\"chunked\"", b"chunked\x0b",
           b"\x00chunked", b"chunked, gzip", b"cow", b"chunk ed", b"chunked\x00", b"chunked, chunked"]
CHUNKS = [b"0x5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\nhello",
          b"5 5\r\nhello\r\n0\r\n\r\n", b"g\r\nhello\r\n0\r\n\r\n", b"\r\nhello\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n",
          b"5\r\nhelloXX0\r\n\r\n", b"5\x00\r\nhello\r\n0\r\n\r\n", b"5\r\nhel\r\n0\r\n\r\n", b";a\r\nhello\r\n0\r\n\r\n",
          b"5\r\nhello\r\n-0\r\n\r\n", b"5\rhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\nno trailer\r\n\r\n"]
FIELDS = [b"Content-Length : 5\r\n", b"Content-Length\t: 5\r\n", 
          b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: 6\r\nContent-Length: 5\r\n",
          b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding:\r\n chunked\r\n", b"Transfer-Encoding\x00: chunked\r\n",
          b"Transfer-Encoding\x0b: chunked\r\n", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
          b"No colon here\r\n", b": no name\r\n", b"Na me: x\r\n", b"Na(me: x\r\n", b"Name\x7f: x\r\n", b"X: a\x00b\r\n",
          b"X: a\rb\r\n", b"X: a\x01b\r\n", b"X: a\n", b"Host: elsewhere\r\n", b"Host: a b\r\n",
          b"Host: a/b\r\n", b"Host: \x80\r\n", b"X: " + b"a" * 40_000 + b"\r\n",
          b"".join(b"X-%d: 1\r\n" % n for n in range(5_000))]
LINES = [b"GET /\r\n", b"GET  / HTTP/1.1\r\n", b"GET /  HTTP/1.1\r\n", b"GET\t/\tHTTP/1.1\r\n", b"GET / HTTP/1.1 \r\n",
         b"GET / HTTP/2.0\r\n", b"GET / HTTP/1.10\r\n", b"GET / HTTP/11\r\n", b"GET / http/1.1\r\n", b"GET / HTTP/1.x\r\n",
         b"GET / HTTPS/1.1\r\n", b"GET /a b HTTP/1.1\r\n", b"GET / HTTP/1.1\r", b"GET / \x00 HTTP/1.1\r\n", b"GET /\x00 HTTP/1.1\r\n",
         b"GET HTTP/1.1\r\n", b" GET / HTTP/1.1\r\n", b"G(T / HTTP/1.1\r\n", b"G\x00T / HTTP/1.1\r\n",
         b"PRI * HTTP/2.0\r\n\r\nSM\r\n", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", b"GET " + b"/" * 40_000 + b" HTTP/1.1\r\n",
         b"\x00\x00\x00\x00", b"GET / HTTP/1.1\n"]


def all_shapes():
    """(name, bytes) of each; a server answers it with an error or not at all, and reads nothing behind it."""
    out = []
    for value in LENGTHS:
        out.append((b"length " + value, with_fields(b"Content-Length: " + value + b"\r\n")))
    for value in CODINGS:
        out.append((b"coding " + value, with_fields(b"Transfer-Encoding: " + value + b"\r\n", b"5\r\nhello\r\n0\r\n\r\n")))
    for body in CHUNKS:
        out.append((b"chunk " + body, with_fields(b"Transfer-Encoding: chunked\r\n", body)))
    for fields in FIELDS:
        out.append((b"field " + fields, with_fields(fields)))
    for line in LINES:
        out.append((b"line " + line, line + HOST + b"\r\n"))
    out.append((b"no host", b"GET / HTTP/1.1\r\n\r\n"))
    out.append((b"coding in HTTP/1.0", with_fields(b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n", version=b"HTTP/1.0")))
    return [(name[:60].decode("latin-1"), text) for name, text in out]
