"""Whether a released binary for another kind of processor works, in an emulator.

usage: foreign_tests.py EMULATOR PROBE DEMO_SERVER

What differs between processors is what is made of the sources (layouts, alignments, system calls,
the libraries' assembler), so each part of the program is used once.
"""

import json
import socket
import subprocess
import sys
import unittest
from pathlib import Path

from peers import PATIENCE, SERVERS, server, tls_server

EMULATOR, PROBE, DEMO_SERVER = (str(Path(word).resolve()) for word in sys.argv[1:4])


def probe(*arguments):
    done = subprocess.run(
        [EMULATOR, PROBE, *map(str, arguments), *PATIENCE], capture_output=True, text=True,
        timeout=300)
    return done.returncode, done.stdout + done.stderr


class Foreign(unittest.TestCase):
    def test_answers(self):
        with server(DEMO_SERVER) as address:
            for service, code, text in [
                ("shop.Cart", 0, "status: SERVING\n"),
                ("shop.Search", 4, "status: NOT_SERVING\n"),
                ("shop.Odd", 5, "status: UNKNOWN\n"),
            ]:
                with self.subTest(service):
                    self.assertEqual(
                        probe("-addr", address, "-service", service), (code, text))
            code, text = probe("-addr", address, "-service", "no.Such")
            self.assertEqual(code, 3)
            self.assertIn("is not registered", text)

    def test_list_and_compression(self):
        with server(DEMO_SERVER) as address:
            code, text = probe("-addr", address, "-list", "-gzip", "-output", "json")
        results = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(
            [(one["service"], one["status"]) for one in results],
            [("", "SERVING"), ("shop.Cart", "SERVING"), ("shop.Odd", "UNKNOWN"),
             ("shop.Search", "NOT_SERVING")])
        self.assertEqual(code, 4)

    def test_watch(self):
        with server(DEMO_SERVER) as address:
            code, text = probe("-addr", address, "-watch", "-until", "SERVING")
        self.assertEqual(code, 0)
        self.assertIn("  SERVING  ", text)

    def test_a_refused_port(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            code, text = probe("-addr", "127.0.0.1:%d" % held.getsockname()[1])
        self.assertEqual(code, 2)
        self.assertIn("connection refused", text)

    def test_a_name(self):
        names = server(
            sys.executable, SERVERS / "dns_server.py", "--record", "shop.example=127.0.0.1")
        with names as dns, server(DEMO_SERVER) as address:
            port = address.rpartition(":")[2]
            self.assertEqual(
                probe("-addr", f"dns://{dns}/shop.example:{port}"), (0, "status: SERVING\n"))
            code, text = probe("-addr", f"dns://{dns}/other.example:{port}")
            self.assertEqual(code, 2)
            self.assertIn("no such name", text)

    def test_tls(self):
        with tls_server() as (address, made):
            self.assertEqual(
                probe("-addr", address, "-tls", "-tls-ca-cert", made / "ca.pem"),
                (0, "status: SERVING\n"))
            code, text = probe("-addr", address, "-tls", "-tls-ca-cert", made / "stranger.pem")
            self.assertEqual(code, 2)
            self.assertIn("certificate is issued by", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
