"""A real terminal for the tests.

    terminal.py [--type TEXT] [--deaf] COMMAND...

runs COMMAND as the leader of a session whose controlling terminal is a new
one, copies what it shows to stdout and exits with COMMAND's status.  --type
types TEXT first (\\x13 is Ctrl-S); --deaf never reads, so that the terminal is
full at some time.  On SIGTERM the terminal hangs up.

As a module: Terminal(COMMAND...) has expect() and say(), for a dialogue.
"""
import codecs
import os
import pty
import select
import signal
import sys
import time


class Terminal:
    def __init__(self, *command):
        self.text = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update(PS1="", PS2="", TERM="dumb", HISTFILE="", INPUTRC="/dev/null")
            os.execvp(command[0], command)

    def say(self, keys):
        os.write(self.master, keys)

    def expect(self, wanted):
        """Waits until it shows what is wanted, after what was expected before."""
        end = time.monotonic() + 60
        while wanted not in self.text:
            if time.monotonic() > end or not select.select([self.master], [], [], 60)[0]:
                sys.exit("expected %r in %r" % (wanted, self.text))
            self.text += os.read(self.master, 4096)
        self.text = self.text[self.text.index(wanted) + len(wanted):]

    def copy(self, descriptor):
        try:
            while True:
                os.write(descriptor, os.read(self.master, 4096))
        except OSError:                         # EIO: nobody has it open any more
            pass

    def end(self):
        status = os.waitpid(self.pid, 0)[1]
        return os.waitstatus_to_exitcode(status)


def shell():
    """An interactive shell that is ready and does not echo."""
    terminal = Terminal("bash", "--norc", "--noprofile", "--noediting", "-i")
    terminal.say(b"stty -echo; echo rea''dy\n")
    terminal.expect(b"ready")
    return terminal


def main(arguments):
    keys, deaf = b"", False
    while arguments[0].startswith("--"):
        option = arguments.pop(0)
        if option == "--type":
            keys = codecs.escape_decode(arguments.pop(0).encode())[0]
        elif option == "--deaf":
            deaf = True
    terminal = Terminal(*arguments)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    if keys:
        terminal.say(keys)
    if not deaf:
        terminal.copy(1)
    sys.exit(terminal.end() % 256)


if __name__ == "__main__":
    main(sys.argv[1:])
