"""Takes TLS connections with ALPN h2 and passes their bytes on to a plaintext server.

usage: tls_front.py CERTIFICATE KEY HOST:PORT

Prints `listening ADDRESS`, and ends when its standard input does.
"""

import asyncio
import contextlib
import ssl
import sys


async def pass_on(reader, writer):
    with contextlib.suppress(OSError):
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError):
        # A TLS connection cannot be closed on one side only.
        writer.write_eof() if writer.can_write_eof() else writer.close()


async def main():
    certificate, key, behind = sys.argv[1:]
    host, _, port = behind.rpartition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])

    async def serve(reader, writer):
        plain_reader, plain_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pass_on(reader, plain_writer), pass_on(plain_reader, writer))
        plain_writer.close()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print("listening 127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
