"""A TCP server for the tests of socketwatch.

    server.py PORTFILE

Writes its port into PORTFILE.  A connection whose first line is "silent" (or
that says nothing) hears nothing; "slow N" hears a byte each half second, N
times, and is closed.
"""
import os
import socket
import sys
import threading
import time


def serve(connection):
    words = connection.makefile().readline().split()
    if words and words[0] == "slow":
        try:
            for _ in range(int(words[1])):
                time.sleep(0.5)
                connection.sendall(b".")
        except OSError:
            pass
        connection.close()
    else:
        time.sleep(1000)


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    with open(sys.argv[1] + ".new", "w") as file:
        print(listener.getsockname()[1], file=file)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=[connection], daemon=True).start()


main()
