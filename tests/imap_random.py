"""Random changes to an IMAP account, and whether a watcher tells of each.

    imap_random.py (--port PORT | --command COMMAND) [OPTION...] WATCHER ARGUMENT...
    imap_random.py (--port PORT | --command COMMAND) --create MAILBOX...

Other clients (two) do one thing after the other, with pauses or without; programs given
by --deliver NAME=PROGRAM bring messages besides, called as PROGRAM MAILBOX.  What is a
mailbox is asked of the server, before and after each operation that may change it.  For
each mailbox that was changed, its name or the empty line must be read later than the
operation began; for one that has gone the empty line, unless the watcher never knew it.
The watcher is started again when it exits with 69, as mswatch does it.

    --seed SEED         another sequence
    --seconds SECONDS   how long operations go on
    --patience SECONDS  after which an operation that nobody told of is missed
    --without KIND,...  all but these operations, or deliveries
    --counts            the server tells no changes of flags, but numbers of messages
    --storm             begins with 600 mailboxes and 1600 messages, as fast as can be
    --log FILE          all operations and lines, with times
    --errors FILE       what the watcher says

Prints the seed, the counts and the longest delay of each kind; exits with 1 on a miss.
"""
import argparse
import imaplib
import os
import random
import re
import subprocess
import sys
import threading
import time

TRY_AGAIN = 69
RECENT = 60      # how long an operation may take, in seconds
MESSAGE = b"From: a@lab.invalid\r\nSubject: x\r\nMessage-ID: <%d.%d@lab.invalid>\r\n\r\nbody\r\n"
LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?P<delimiter>.)"|NIL) (?P<name>.*)')
WEIGHTS = {"append": 6, "deliver": 3, "seen": 3, "unseen": 1, "flagged": 2, "keyword": 1, "copy": 2,
           "move": 1, "expunge": 2, "create": 2, "rename": 1, "delete": 1, "subscribe": 1}


class Refused(Exception):
    """The server says NO: nothing was done."""


class Client:
    """Another client of the account."""

    def __init__(self, options):
        if options.command:
            self.imap = imaplib.IMAP4_stream("exec " + options.command)
            self.await_preauth()
        else:
            self.imap = imaplib.IMAP4("127.0.0.1", options.port, timeout=60)
            self.imap.login("lab", "secret")

    def await_preauth(self):
        """Courier may greet with an alert first."""
        if self.imap.state == "NONAUTH":
            self.imap.capability()
            self.imap.state = "AUTH"

    def can(self, capability):
        return capability in self.imap.capabilities

    @staticmethod
    def quoted(name):
        return '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')

    def do(self, command, *words):
        answer, data = getattr(self.imap, command)(*words)
        if answer != "OK":
            raise Refused("%s %s: %s" % (command, words, data))
        return data

    def mailboxes(self):
        """The names of those that can be opened, and the delimiter."""
        names, delimiter = {"INBOX"}, "/"
        for line in self.do("list"):
            if line is None:
                continue
            literal = line[1] if isinstance(line, tuple) else None
            found = LISTED.match(line[0] if literal is not None else line)
            delimiter = (found["delimiter"] or delimiter.encode()).decode()
            if re.search(rb"(?i)\\(noselect|nonexistent)", found["flags"]):
                continue
            name = literal if literal is not None else found["name"]
            if literal is None and name.startswith(b'"'):
                name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
            names.add(name.decode())
        return names, delimiter

    def prefix(self):
        """Of the names of our own mailboxes."""
        if not self.can("NAMESPACE"):
            return ""
        found = re.match(rb'\(\("([^"]*)"', self.do("namespace")[0])
        return found.group(1).decode() if found else ""

    def select(self, box):
        self.do("select", self.quoted(box))

    def flags(self):
        """Of each message of the selected mailbox: [(uid, flags)]."""
        if self.imap.untagged_responses.get("EXISTS", [b"0"])[-1] == b"0":
            return []
        found = []
        for line in self.do("uid", "FETCH", "1:*", "(UID FLAGS)"):
            text = line[0] if isinstance(line, tuple) else line
            uid = re.search(rb"UID (\d+)", text or b"")
            if uid:
                flags = re.search(rb"FLAGS \(([^)]*)\)", text).group(1).decode().lower().split()
                found.append((uid.group(1).decode(), flags))
        return found

    def close(self):
        # mailutils' imap4d would outlive the end of its input, and be busy with it
        if hasattr(self.imap, "process"):
            self.imap.process.kill()
        try:
            self.imap.shutdown()
        except (OSError, imaplib.IMAP4.error):
            pass


class Watcher:
    """Its lines, with their times; it is started again as mswatch does it."""

    def __init__(self, command, errors, told):
        self.command, self.told = command, told
        self.errors = open(errors, "a") if errors else None
        self.starts, self.lines, self.empty = 0, 0, 0
        self.failure, self.ending = None, False
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while not self.ending:
            self.starts += 1
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=self.errors, text=True)
            for line in self.process.stdout:
                self.lines += 1
                self.empty += line == "\n"
                self.told(line.rstrip("\n"), time.monotonic())
            status = self.process.wait()
            if status != TRY_AGAIN and not self.ending:
                self.failure = "the watcher exited with %d" % status
                return
            time.sleep(0.2)

    def end(self):
        self.ending = True
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.failure = "the watcher did not end with its input"


class Expectations:
    """What is to be told, and what was."""

    def __init__(self, log):
        self.lock, self.log = threading.Lock(), log
        self.pending = []       # (name or None, number, kind, began, ended)
        self.known = set()      # names that the watcher was told to have
        self.current = set()    # names that there are
        self.lines = []         # (line, when)
        self.slowest = {}
        self.late, self.asked = {}, 0

    def note(self, *words):
        if self.log:
            print("%.3f" % time.monotonic(), *words, file=self.log, flush=True)

    def expect(self, name, number, kind, began):
        """name None: the empty line alone will do.  It may have come before the server's answer."""
        with self.lock:
            self.asked += 1
            self.pending.append((name, number, kind, began, time.monotonic()))
            for line, when in self.lines:
                if when >= began:
                    self.settle(line, when)

    def drop(self, name):
        with self.lock:
            self.pending = [each for each in self.pending if each[0] != name]

    def told(self, line, when):
        with self.lock:
            self.note("told", repr(line))
            self.known |= self.current if line == "" else {line}
            self.lines = [each for each in self.lines if each[1] > when - RECENT] + [(line, when)]
            self.settle(line, when)

    def settle(self, line, when):
        left = []
        for each in self.pending:
            name, _, kind, began, ended = each
            if began > when or (line and line != name):
                left.append(each)
                continue
            delay = max(0.0, when - ended)
            if delay > 2:
                self.late[kind] = self.late.get(kind, 0) + 1
            self.slowest[kind] = max(delay, self.slowest.get(kind, 0))
        self.pending = left

    def oldest(self):
        with self.lock:
            return self.pending[0] if self.pending else None

    def give_up(self, each):
        with self.lock:
            self.pending = [other for other in self.pending if other is not each]


class Run:
    def __init__(self, options):
        self.options = options
        self.dice = random.Random(options.seed)
        self.serial, self.number = 0, 0
        self.count, self.refused, self.crashes, self.missed = {}, 0, 0, []
        self.clients = [Client(options) for _ in range(2)]
        self.client = self.clients[0]
        self.boxes, self.delimiter = self.client.mailboxes()
        self.prefix = self.client.prefix()
        deliveries = [each.split("=", 1) for each in options.deliver]
        self.deliveries = [each for each in deliveries if each[0] not in options.without]
        self.kinds = [kind for kind in WEIGHTS if kind not in options.without]
        if not self.deliveries and "deliver" in self.kinds:
            self.kinds.remove("deliver")
        if not self.client.can("MOVE") and "move" in self.kinds:
            self.kinds.remove("move")
        if options.counts:
            self.kinds = [kind for kind in self.kinds if kind not in ("unseen", "flagged", "keyword")]
        self.expectations = Expectations(open(options.log, "w") if options.log else None)
        self.refresh_names()

    # --- names ---
    def name(self, box):
        """As the watcher prints it."""
        if box.upper() == "INBOX":
            return "INBOX"
        own = box[len(self.prefix):] if box.startswith(self.prefix) else box
        return own.replace(self.delimiter, "/")

    def refresh_names(self):
        self.expectations.current = {self.name(box) for box in self.boxes}

    def any(self):
        # INBOX is where mail is
        return "INBOX" if self.dice.random() < 0.25 else self.dice.choice(sorted(self.boxes))

    def spare(self):
        spare = sorted(box for box in self.boxes if "new" in box)
        return self.dice.choice(spare) if spare else None

    def new_name(self):
        self.serial += 1
        words = ["new", "lists/new", "Entw&APw-rfe-new", "a new one ", "deep/er/new"]
        parent = self.spare()
        if parent and self.dice.random() < 0.3:
            return "%s%snew%d" % (parent, self.delimiter, self.serial)
        return self.prefix + self.dice.choice(words).replace("/", self.delimiter) + str(self.serial)

    # --- operations: each returns the mailboxes that it changed ---
    def message(self):
        self.serial += 1
        return MESSAGE % (self.serial, os.getpid())

    def append(self):
        box = self.any()
        flags = None if self.options.counts else self.dice.choice([None, None, "\\Seen", "\\Flagged"])
        self.client.do("append", self.client.quoted(box), flags, None, self.message())
        return [box]

    def deliver(self):
        name, program = self.dice.choice(self.deliveries)
        box = self.any()
        # what has gone, and is still listed, is none: it would come into INBOX
        self.client.do("status", self.client.quoted(box), "(MESSAGES)")
        done = subprocess.run([program, box], input=self.message().replace(b"\r", b""),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
        if done.returncode != 0:
            raise Refused("%s: status %d" % (name, done.returncode))
        self.kind = name
        return [box]

    def store(self, flag, add):
        box = self.any()
        self.client.select(box)
        wanted = [uid for uid, flags in self.client.flags() if (flag.lower() in flags) != add]
        if not wanted:
            return []
        self.client.do("uid", "STORE", self.dice.choice(wanted), "+FLAGS" if add else "-FLAGS", "(%s)" % flag)
        return [box]

    def seen(self):
        return self.store("\\Seen", True)

    def unseen(self):
        return self.store("\\Seen", False)

    def flagged(self):
        return self.store("\\Flagged", self.dice.random() < 0.6)

    def keyword(self):
        return self.store("$Label1", self.dice.random() < 0.6)

    def expunge(self):
        box = self.any()
        self.client.select(box)
        found = self.client.flags()
        if not found:
            return []
        uid = self.dice.choice(found)[0]
        self.client.do("uid", "STORE", uid, "+FLAGS", "(\\Deleted)")
        if self.client.can("UIDPLUS") and self.dice.random() < 0.5:
            self.client.do("uid", "EXPUNGE", uid)
        else:
            self.client.do("expunge")
        return [box]

    def transfer(self, command):
        source, target = self.any(), self.any()
        if source == target:
            return []
        self.client.select(source)
        found = self.client.flags()
        if not found:
            return []
        self.client.do("uid", command, self.dice.choice(found)[0], self.client.quoted(target))
        return [target] if command == "COPY" else [source, target]

    def copy(self):
        return self.transfer("COPY")

    def move(self):
        return self.transfer("MOVE")

    def create(self):
        self.client.do("create", self.client.quoted(self.new_name()))
        return []

    def rename(self):
        box = self.spare()
        if box is None:
            return []
        self.client.do("rename", self.client.quoted(box), self.client.quoted(self.new_name()))
        return []

    def delete(self):
        box = self.spare()
        if box is None:
            return []
        self.client.do("delete", self.client.quoted(box))
        return []

    def subscribe(self):
        self.client.do("subscribe", self.client.quoted(self.any()))
        return []

    # --- the run ---
    def list_after(self, began):
        """What there is now, and what is to be told of what has come or gone."""
        before = self.boxes
        try:
            self.boxes, _ = self.client.mailboxes()
        except (imaplib.IMAP4.error, OSError):
            self.reconnect()
            self.boxes, _ = self.client.mailboxes()
        self.refresh_names()
        for box in sorted(self.boxes - before):
            self.expectations.expect(self.name(box), self.number, self.kind, began)
        for box in sorted(before - self.boxes):
            name = self.name(box)
            if name in self.expectations.known:
                self.expectations.known.discard(name)
                self.expectations.expect(None, self.number, self.kind, began)
            self.expectations.drop(name)

    def reconnect(self):
        """Our own session was ended, as its mailbox was deleted, or as the server crashed."""
        self.crashes += 1
        at = self.clients.index(self.client)
        self.client.close()
        self.client = self.clients[at] = Client(self.options)

    def operate(self, kind):
        self.number += 1
        self.kind = kind
        self.client = self.dice.choice(self.clients)
        began = time.monotonic()
        try:
            changed = getattr(self, kind)()
        except Refused as refusal:
            self.refused += 1
            self.expectations.note(self.number, "refused", refusal)
            return
        except (imaplib.IMAP4.error, OSError) as error:
            # whether it was done is not known
            self.expectations.note(self.number, "cut", kind, repr(error))
            self.reconnect()
            self.list_after(began)
            return
        self.count[self.kind] = self.count.get(self.kind, 0) + 1
        self.expectations.note(self.number, self.kind, *changed)
        for box in changed:
            self.expectations.expect(self.name(box), self.number, self.kind, began)
        if kind in ("create", "rename", "delete"):
            self.list_after(began)

    def storm(self):
        """More than sessions of Dovecot stand."""
        began, changed = time.monotonic(), {}
        for number in range(600):
            try:
                self.client.do("create", self.client.quoted("%sstorm%d" % (self.prefix, number)))
            except Refused:     # Dovecot under load: it exists, as we have just made it
                self.refused += 1
        for number in range(1600):
            box = "INBOX" if number % 4 == 0 else "%sstorm%d" % (self.prefix, number % 600)
            changed[box] = time.monotonic()
            self.client.do("append", self.client.quoted(box), None, None, self.message())
        self.kind = "storm"
        self.count["storm"] = 2200
        self.list_after(began)
        for box, when in changed.items():
            self.expectations.expect(self.name(box), 0, "storm", when)

    def check(self):
        oldest = self.expectations.oldest()
        if oldest and time.monotonic() - oldest[4] > self.options.patience:
            self.missed.append(oldest)
            self.expectations.note("MISSED", *oldest)
            self.expectations.give_up(oldest)

    def pause(self):
        kind = self.dice.random()
        time.sleep(0 if kind < 0.4 else self.dice.uniform(0, 0.3) if kind < 0.8 else self.dice.uniform(0.3, 1.5))

    def play(self):
        expectations = self.expectations
        expectations.expect(None, 0, "start", time.monotonic())
        watcher = Watcher(self.options.watcher, self.options.errors, expectations.told)
        while expectations.oldest() and not watcher.failure and not self.missed:
            time.sleep(0.02)
            self.check()
        if self.options.storm and not self.missed:
            self.storm()
        end = time.monotonic() + self.options.seconds
        weights = [WEIGHTS[kind] for kind in self.kinds]
        while time.monotonic() < end and not watcher.failure:
            self.operate(self.dice.choices(self.kinds, weights)[0])
            self.pause()
            self.check()
        while expectations.oldest() and not watcher.failure:
            time.sleep(0.02)
            self.check()
        watcher.end()
        return self.tell(watcher)

    def tell(self, watcher):
        expectations = self.expectations
        print("seed %s: %d operations (%s), %d refused, %d of ours cut, %d to be told" % (
            self.options.seed, sum(self.count.values()),
            " ".join("%s %d" % each for each in sorted(self.count.items())),
            self.refused, self.crashes, expectations.asked))
        print("%d lines, %d empty, %d starts, %d missed, %d later than 2 s (%s); slowest: %s" % (
            watcher.lines, watcher.empty, watcher.starts, len(self.missed),
            sum(expectations.late.values()),
            " ".join("%s %d" % each for each in sorted(expectations.late.items())),
            " ".join("%s %.2f" % each for each in
                     sorted(expectations.slowest.items(), key=lambda each: -each[1]))))
        for name, number, kind, began, _ in self.missed[:20]:
            print("missed: operation %d, %s of %s, begun at %.3f" % (number, kind, name or "what has gone", began))
        if watcher.failure:
            print("failed: %s" % watcher.failure)
        return 1 if self.missed or watcher.failure else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--command")
    parser.add_argument("--create", action="store_true")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("--without", type=lambda text: text.split(","), default=[])
    parser.add_argument("--deliver", action="append", default=[])
    parser.add_argument("--counts", action="store_true")
    parser.add_argument("--storm", action="store_true")
    parser.add_argument("--log")
    parser.add_argument("--errors")
    parser.add_argument("watcher", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.create:
        client = Client(options)
        for box in options.watcher:
            client.do("create", client.quoted(box))
        client.close()
        return 0
    run = Run(options)
    try:
        return run.play()
    finally:
        for client in run.clients:
            client.close()


sys.exit(main())
