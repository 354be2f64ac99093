"""An IMAP server that follows a script, for the tests of watch_imap.

    imap_server.py SCRIPT LOG [PORTFILE] [--address ADDRESS] [--tls CERT KEY]
        [--client-ca CERT] [--bytes]

Listens on a port of 127.0.0.1, or of ADDRESS, which it writes into PORTFILE;
without one it talks on stdin and stdout, as a Tunnel does.  With --client-ca
the client has to have a certificate, too.  Every connection plays the script,
a line after the other; each line that comes goes to LOG, with the number of the
connection in front:

    text            is sent, with the tag of the last command in place of TAG
    < WORD          a command is awaited, and has to hold WORD
    @ FILE          waits until FILE is there
    starttls        does TLS from here on
    close           closes the connection
    reset           the same by RST
    hold            says nothing more, until the other side closes

--bytes sends each byte by itself.  At the end of the script it holds.
"""
import argparse
import os
import socket
import ssl
import struct
import sys
import threading
import time


class Stdio:
    """What a socket is otherwise."""

    def sendall(self, data):
        os.write(1, data)

    def recv(self, count):
        return os.read(0, count)

    def close(self):
        os._exit(0)


class Player:
    def __init__(self, options, connection, number):
        self.options, self.connection, self.number = options, connection, number
        self.tag, self.rest = "*", b""

    def note(self, text):
        with open(self.options.log, "a") as file:
            print(self.number, text, file=file)

    def send(self, text):
        data = text.replace("TAG", self.tag).encode("latin-1").decode("unicode_escape").encode("latin-1")
        data += b"\r\n"
        step = 1 if self.options.bytes else len(data)
        for at in range(0, len(data), step):
            self.connection.sendall(data[at:at + step])

    def line(self):
        while b"\n" not in self.rest:
            got = self.connection.recv(4096)
            if not got:
                self.note("(end)")
                raise EOFError
            self.rest += got
        line, self.rest = self.rest.split(b"\n", 1)
        text = line.decode("latin-1").rstrip("\r")
        self.note(text)
        return text

    def expect(self, word):
        text = self.line()
        if text != "DONE" and " " in text:
            self.tag = text.split()[0]
        if word not in text:
            self.note("(wanted: %s)" % word)
            raise EOFError

    def secure(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.options.tls)
        if self.options.client_ca:
            context.load_verify_locations(self.options.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        self.connection = context.wrap_socket(self.connection, server_side=True)
        subject = dict(part[0] for part in (self.connection.getpeercert() or {}).get("subject", ()))
        self.note("(%s %s %s)" % (*self.connection.cipher()[1::-1], subject.get("commonName", "nobody")))

    def step(self, line):
        if line.startswith("< "):
            self.expect(line[2:])
        elif line.startswith("@ "):
            while not os.path.exists(line[2:]):
                time.sleep(0.02)
        elif line == "starttls":
            self.secure()
        elif line == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise EOFError
        elif line == "close":
            raise EOFError
        elif line == "hold":
            while True:
                self.line()
        else:
            self.send(line)

    def play(self, lines):
        try:
            if self.options.tls and "starttls" not in lines:
                self.secure()
            for line in lines + ["hold"]:
                self.step(line)
        except EOFError:
            pass
        except (OSError, ssl.SSLError) as error:
            self.note("(%s)" % error)
        self.connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("script")
    parser.add_argument("log")
    parser.add_argument("portfile", nargs="?")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--client-ca")
    parser.add_argument("--bytes", action="store_true")
    options = parser.parse_args()
    with open(options.script) as file:
        lines = [line for line in file.read().splitlines() if line]
    if options.portfile is None:
        Player(options, Stdio(), 1).play(lines)
        return
    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    listener = socket.create_server((options.address, 0), family=family, backlog=100)
    with open(options.portfile + ".new", "w") as file:
        print(listener.getsockname()[1], file=file)
    os.rename(options.portfile + ".new", options.portfile)
    number = 0
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number += 1
        player = Player(options, connection, number)
        threading.Thread(target=player.play, args=[lines], daemon=True).start()


main()
