"""Measures programs that bring mail home from an IMAP server, one beside the other.

    imap.py PORT WORK MAILBOXES CONTENDER...

PORT is the server's, WORK a directory with a program `deliver USER MAILBOX`, and below home/ a
directory for each contender, whose user has the same name: its title, the port where it looks
for the server, the program `run`, and what is to become Maildir.  With a file `every`, run is
not kept running but started every so many seconds.

Deliveries: a message to another mailbox every BENCH_SPACING seconds, whether or not the one
before has arrived; from the start of the delivery to a new file in new/ or cur/ here.  Only
one contender runs at that time.  In the idle time all run at once.

Connections and bytes (of TLS, in both directions) are counted by a relay in front of the
server.  A wake-up is a voluntary context switch of a thread of any of its processes.  Private
memory is what no other process shares, of all processes, after the deliveries; only root can
tell that of a process that keeps secrets.
"""
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time


# So long nothing goes over the line before deliveries begin, in seconds: longer than the 10 s
# for which `mswatch --init` leaves a mailbox alone that has just been synced.
QUIET = 15

# After so many seconds a message is waited for no more.
PATIENCE = 90


def environment(name, otherwise):
    return float(os.environ.get(name) or otherwise)


def wait_until(seconds, what):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


class Relay:
    """Passes on whatever comes, and counts it."""

    def __init__(self, port, target):
        self.target = target
        self.bytes = self.open = self.most = 0
        self.heard = time.monotonic()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=200)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=[client], daemon=True).start()

    def carry(self, client):
        server = socket.create_connection(("127.0.0.1", self.target))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while self.pass_on(client, server):
                pass
        except OSError:
            pass
        self.open -= 1
        client.close()
        server.close()

    def pass_on(self, client, server):
        for end in select.select([client, server], [], [])[0]:
            data = end.recv(65536)
            if not data:
                return False
            self.bytes += len(data)
            self.heard = time.monotonic()
            (server if end is client else client).sendall(data)
        return True


# --- processes ---
def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:         # it has ended
        return ""


def family(root):
    """The process and all below it."""
    children = {}
    for name in os.listdir("/proc"):
        parent = name.isdigit() and read("/proc/%s/stat" % name).rpartition(")")[2].split()[1:2]
        if parent:
            children.setdefault(int(parent[0]), []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def fields(text, *names):
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(names))


def switches(pids):
    """Of each thread."""
    counts = {}
    for pid in pids:
        try:
            threads = os.listdir("/proc/%d/task" % pid)
        except OSError:
            continue
        for thread in threads:
            status = read("/proc/%d/task/%s/status" % (pid, thread))
            counts[pid, thread] = fields(status, "voluntary_ctxt_switches")
    return counts


def private_mib(pids):
    """Not a number where some process lets only root look."""
    total = 0
    for pid in pids:
        text = read("/proc/%d/smaps_rollup" % pid)
        if not text and "VmRSS" in read("/proc/%d/status" % pid):
            return float("nan")
        total += fields(text, "Private_Clean", "Private_Dirty")
    return total / 1024


class Contender:
    def __init__(self, work, name, target, mailboxes):
        self.name, self.work, self.home = name, work, os.path.join(work, "home", name)
        self.mailboxes = mailboxes
        self.title = self.note("title")
        self.every = float(self.note("every") or 0)
        self.relay = Relay(int(self.note("port")), target)
        self.process = None
        self.wakes = 0

    def note(self, name):
        return read(os.path.join(self.home, name)).strip()

    # --- its life ---
    def spawn(self):
        with open(os.path.join(self.home, "output"), "ab") as output:
            return subprocess.Popen([os.path.join(self.home, "run")], stdin=subprocess.DEVNULL,
                                    stdout=output, stderr=output, start_new_session=True)

    def start(self):
        self.ended = threading.Event()
        self.relay.heard = time.monotonic()
        if self.every:
            threading.Thread(target=self.poll, daemon=True).start()
        else:
            self.process = self.spawn()

    def settle(self):
        """Waits until all mail is here, and it has come to rest; False if it does not."""
        if wait_until(120, self.is_settled):
            return True
        print("%s does not settle; its last words:\n%s" % (self.title, self.note("output")[-1000:]), flush=True)
        return False

    def poll(self):
        while not self.ended.is_set():
            due = time.monotonic() + self.every
            process = self.spawn()
            self.wakes += os.wait4(process.pid, 0)[2].ru_nvcsw
            process.returncode = 0
            self.ended.wait(due - time.monotonic())

    def pids(self):
        return family(self.process.pid) if self.process else []

    def stop(self):
        self.ended.set()
        pids = self.pids()
        if pids:
            self.process.send_signal(signal.SIGTERM)
            wait_until(5, lambda: self.process.poll() is not None)
        for pid in pids:
            if os.path.exists("/proc/%d" % pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        if self.process:
            self.process.wait()
        self.process = None
        wait_until(20, lambda: self.relay.open == 0)

    # --- the mail here ---
    def names(self, mailbox):
        """The names in new/ and cur/, wherever this program keeps the mailbox."""
        base = os.path.join(self.home, "Maildir")
        inside = [os.path.join(base, "." + mailbox), os.path.join(base, mailbox)]
        if mailbox == "INBOX":
            inside.append(base)
        found = set()
        for place in inside:
            for part in ("new", "cur"):
                try:
                    found.update(name.partition(":")[0] for name in
                                 os.listdir(os.path.join(place, part)))
                except OSError:
                    pass
        return found

    def is_settled(self):
        quiet = QUIET if not self.every else 2
        return time.monotonic() - self.relay.heard > quiet and all(map(self.names, self.mailboxes))

    # --- what is measured ---
    def deliver(self, mailbox, number):
        message = ("From: a@lab.invalid\nTo: b@lab.invalid\nSubject: %d\n"
                   "Message-ID: <%s.%d@lab.invalid>\n\nbody\n" % (number, self.name, number))
        subprocess.run([os.path.join(self.work, "deliver"), self.name, mailbox],
                       input=message.encode(), check=True)

    def latencies(self, count, spacing):
        """Seconds until each delivery was here; infinity for what did not come."""
        here = {box: self.names(box) for box in self.mailboxes}
        waiting, spans, number, last, due = {}, [], 0, 0, 0
        while number < count or waiting and time.monotonic() < last + PATIENCE:
            now = time.monotonic()
            if number < count and now >= due:
                box = self.mailboxes[number]
                waiting[box] = last = now
                due = now + spacing * random.uniform(0.8, 1.2)
                self.deliver(box, number)
                number += 1
            for box in [box for box in waiting if self.names(box) - here[box]]:
                spans.append(time.monotonic() - waiting.pop(box))
            time.sleep(0.01)
        return spans + [float("inf")] * len(waiting)


def quantile(values, part):
    return sorted(values)[int((len(values) - 1) * part + 0.5)]


def watch_idle(contenders, seconds):
    """Counts while nothing happens; threads that come and go are seen once a second."""
    began = {each: (each.relay.bytes, each.wakes) for each in contenders}
    before = {each: switches(each.pids()) for each in contenders}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(1)
        for each in contenders:
            now = switches(each.pids())
            each.wakes += sum(count - before[each].get(thread, 0) for thread, count in now.items())
            before[each] = now
    for each in contenders:
        each.kilobytes = (each.relay.bytes - began[each][0]) / 1000 * 3600 / seconds
        each.wakeups = (each.wakes - began[each][1]) * 3600 / seconds
        each.connections, each.most = each.relay.open, each.relay.most


COLUMNS = [("p50", "s", "%.2f"), ("p90", "s", "%.2f"), ("connections", "", "%d"), ("most", "at once", "%d"),
           ("kilobytes", "an hour", "%.1f"), ("wakeups", "an hour", "%.0f"), ("private", "MiB", "%.1f")]


def show(contenders):
    width = max(len(each.title) for each in contenders)
    print("%-*s" % (width, "") + "".join("%16s" % name for name, _, _ in COLUMNS))
    print("%-*s" % (width, "") + "".join("%16s" % unit for _, unit, _ in COLUMNS))
    for each in contenders:
        cells = []
        for name, _, form in COLUMNS:
            value, ours = getattr(each, name), getattr(contenders[0], name)
            ratio = " (%.1f)" % (value / ours) if ours else ""
            late = "over %d" % PATIENCE
            cells.append("%16s" % (late if value == float("inf") else form % value + ratio))
        print("%-*s" % (width, each.title) + "".join(cells))


def main():
    target, work, mailboxes, names = int(sys.argv[1]), sys.argv[2], sys.argv[3].split(), sys.argv[4:]
    count, spacing = int(environment("BENCH_DELIVERIES", 40)), environment("BENCH_SPACING", 2)
    idle = environment("BENCH_IDLE", 600)
    count = min(count, len(mailboxes))
    contenders = [Contender(work, name, target, mailboxes) for name in names]
    for each in list(contenders):
        each.start()
        if not each.settle():
            each.stop()
            contenders.remove(each)
            continue
        spans = each.latencies(count, spacing)
        each.p50, each.p90 = quantile(spans, 0.5), quantile(spans, 0.9)
        each.private = private_mib(each.pids())
        arrived = [span for span in spans if span < float("inf")]
        print("%s: %d of %d messages, the latest after %.2f s" %
              (each.title, len(arrived), count, max(arrived, default=0)), flush=True)
        each.stop()
    for each in contenders:
        each.start()
    for each in contenders:
        each.settle()
    watch_idle(contenders, idle)
    print("\n%d mailboxes, %d deliveries, idle for %d s; in parentheses: against the first\n" %
          (len(mailboxes), count, idle))
    show(contenders)
    for each in contenders:
        each.stop()


main()
