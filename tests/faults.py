#!/usr/bin/env python3
"""Each program under failing system calls, one call at a time (strace(1)).

    faults.py [--some] [--jobs N] [--table] SCENARIO...

A scenario runs once undisturbed, which counts its calls; then once for each
call that may fail, each error that fits it and each time it is made, after
the dynamic loader is done.  Good is a program that goes on and loses
nothing, or ends with a message and a status other than 0; after EINTR only
the first is good.  --some takes the first or the last time of each call.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BUILD = os.environ.get("top_builddir", ".")
BOUND = 30
MANY = 50                               # times of a call that are tried

WAITS = ["EINTR"]
NEW_DESCRIPTOR = ["EMFILE", "ENOMEM"]
LOOK = ["EIO", "ENOMEM"]
ERRORS = {
    "accept4": ["EINTR", "EAGAIN", "EMFILE"], "access": LOOK, "bind": ["ENOMEM"], "brk": ["ENOMEM"],
    "clone": ["EAGAIN", "ENOMEM"], "clone3": ["EAGAIN", "ENOMEM"], "close_range": ["ENOMEM"],
    "connect": ["EINTR", "EAGAIN"],
    "dup2": ["EINTR", "EMFILE"], "dup3": ["EINTR", "EMFILE"], "epoll_create1": NEW_DESCRIPTOR,
    "epoll_ctl": ["ENOMEM", "ENOSPC"], "epoll_wait": WAITS, "execve": ["ENOMEM", "EAGAIN", "EIO"],
    "faccessat2": LOOK, "fcntl": ["EINTR", "EMFILE", "ENOMEM"], "getcwd": ["ENOMEM"], "getdents64": LOOK,
    "getrandom": ["EAGAIN", "ENOSYS"],
    "inotify_add_watch": ["ENOMEM", "ENOSPC"], "inotify_init1": NEW_DESCRIPTOR,
    "inotify_rm_watch": ["EINVAL"], "ioctl": ["EIO"], "listen": ["ENOMEM"], "mmap": ["ENOMEM"], "newfstatat": LOOK,
    "openat": ["EINTR", "EMFILE", "ENOMEM", "EIO"], "pipe2": NEW_DESCRIPTOR,
    "poll": ["EINTR", "ENOMEM"], "read": ["EINTR", "EAGAIN", "ENOMEM", "EIO"], "readlink": LOOK,
    "readlinkat": LOOK,
    "recvfrom": ["EINTR", "EAGAIN", "ENOMEM"], "recvmsg": ["EINTR", "EAGAIN", "ENOMEM"],
    "sendmsg": ["EINTR", "EAGAIN", "ENOMEM", "EPIPE"],
    "sendto": ["EINTR", "EAGAIN", "ENOMEM", "EPIPE"], "setsockopt": ["ENOMEM"],
    "signalfd4": NEW_DESCRIPTOR, "socket": NEW_DESCRIPTOR, "socketpair": NEW_DESCRIPTOR,
    "pread64": ["EINTR", "EIO"], "statfs": LOOK, "statx": LOOK + ["ENOSYS"],
    "timerfd_create": NEW_DESCRIPTOR, "wait4": WAITS, "waitid": WAITS,
    "write": ["EINTR", "EAGAIN", "ENOSPC", "EIO", "EPIPE"],
}


WAITED = "tells it and waits"            # and goes on when the fault is over
GOOD = {"recovers": "r", "ends with message": "m", WAITED: "w", "not reached": "-"}


class Lost(Exception):
    """What should have come did not."""


def wait_for(what, condition, bound=BOUND):
    end = time.monotonic() + bound
    while not condition():
        if time.monotonic() > end:
            raise Lost(what)
        time.sleep(0.01)


def read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o755)


class Ended(Exception):
    """The program ended by itself."""


class Scenario:
    """One run; fault is None or (call, error, time)."""

    follow = False                      # trace the guards too
    clean = (0,)                        # statuses of a run without a fault
    quiet_end = ()                      # errors that may end it with 0 and no message

    def __init__(self, fault):
        self.fault = fault
        self.dir = tempfile.mkdtemp(prefix="mswatch-faults.")
        self.trace = self.dir + "/trace"
        self.process = None

    def strace(self):
        command = ["strace", "-DD", "-o", self.trace]
        if self.follow:
            command += ["-f", "-b", "execve"]
        if self.fault:
            call, error, number = self.fault
            how = "retval=0" if call == "brk" else "error=" + error     # brk(2), NOTES
            command += ["-e", "inject=%s:%s:when=%d" % (call, how, number)]
        return command

    def start(self, arguments, traced=True, **options):
        program = "%s/%s/%s" % (BUILD, self.program, self.program)
        command = (self.strace() if traced else []) + [program] + arguments
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", open(self.dir + "/out", "w"))
        self.process = subprocess.Popen(command, stderr=open(self.dir + "/err", "w"), **options)

    def ended(self):
        return self.process.poll() is not None

    def until(self, what, condition):
        """Waits for the condition; Ended when the program ends before."""
        def either():
            return condition() or self.ended()
        wait_for(what, either)
        if not condition():
            raise Ended

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        wait_for("the end after a signal", self.ended)

    def judge(self):
        """'recovers', 'ends with message', or what is wrong."""
        try:
            self.play()
            if self.process.returncode in self.clean:
                verdict = "recovers"
            else:
                verdict = self.message()
        except Ended:
            verdict = self.message()
        except Lost as error:
            verdict = "LOST: %s" % error
        if verdict == "ends with message" and self.fault and self.fault[1] == "EINTR":
            verdict = "ENDED at EINTR: " + read(self.dir + "/err")
        return verdict

    def message(self):
        status = self.process.returncode
        if self.fault and self.fault[1] in self.quiet_end and status == 0:
            return "ends with message"
        if status <= 0:
            return "ENDED with %d" % status
        if not read(self.dir + "/err"):
            return "ENDED without a message, %d" % status
        return "ends with message"

    def clean_up(self):
        if self.process and not self.ended():
            self.process.kill()
            self.process.wait()
        self.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def close(self):
        pass

    def calls(self):
        """The traced calls of each process, in order, after the loader's."""
        try:
            wait_for("the trace", lambda: re.search(r"\+\+\+ (exited|killed)[^\n]*\n\Z",
                                                    read(self.trace)), 0 if getattr(self, "waited", False) else 5)
        except Lost:
            pass
        found = collections.defaultdict(list)
        begun = collections.defaultdict(int)
        for line in read(self.trace).splitlines():
            match = re.match(r"(?:(\d+) +)?(\w+)\((.*)", line)
            if not match:
                continue
            who = match[1] or "main"
            if match[2] == "fcntl" and match[3].startswith("0, F_GETFD") and not begun[who]:
                begun[who] = len(found[who])
            found[who].append(match[2])
        return found, begun


class Mswatch(Scenario):
    program = "mswatch"
    attach = False
    settings = ""
    environment = {}

    def play(self):
        self.feeds = []
        for name in ("one", "two"):
            feed = "%s/%s.feed" % (self.dir, name)
            os.mkfifo(feed)
            self.feeds.append(os.open(feed, os.O_RDWR))
            write("%s/watch_%s" % (self.dir, name), "#!/bin/sh\necho\nexec cat <%s\n" % feed)
        self.runs = self.dir + "/runs"
        write(self.dir + "/sync", "#!/bin/sh\n{ printf start; printf ' [%%s]' \"$@\"; echo; } >>%s\n"
              "echo words\necho end >>%s\n" % (self.runs, self.runs))
        write(self.dir + "/rc", "base_delay 0.02\ninter_delay 0.1\nmax_delay 0.2\nsync %s/sync\n"
              "store one { watch %s/watch_one }\nstore two { watch %s/watch_two }\n"
              % (self.dir, self.dir, self.dir) + self.settings)
        environment = {"PATH": "/usr/bin:/bin", "HOME": self.dir, **self.environment}
        self.start(["-c", self.dir + "/rc"], traced=not self.attach, env=environment)
        self.until("the first sync of all", lambda: re.search(r"start \[\]\n(.*\n)*?end", read(self.runs)))
        self.tracer = self.attached() if self.attach else None
        for number, feed in enumerate(self.feeds * 2):
            before = len(read(self.runs))
            os.write(feed, b"Change%d\n" % number)
            self.until_synced(lambda: re.search(
                r"start[^\n]*\[(Change%d)?\][^\n]*\n(.*\n)*?end" % number, read(self.runs)[before:]))
        self.until("the answer to SIGUSR1", self.answers)
        self.end()
        if self.tracer:
            self.tracer.wait()

    def until_synced(self, condition):
        self.until("the sync of a change", condition)

    def answers(self):
        """A message that could not be written is dropped: so asks again."""
        self.process.send_signal(signal.SIGUSR1)
        time.sleep(0.02)
        return re.search("[0-9] syncs?,", read(self.dir + "/out")) is not None

    def attached(self):
        tracer = subprocess.Popen(
            [word for word in self.strace() if word != "-DD"] + ["-p", str(self.process.pid)],
            stdin=subprocess.DEVNULL, stderr=open(self.dir + "/tracer", "w"))
        wait_for("strace", lambda: "attached" in read(self.dir + "/tracer"))
        return tracer

    def close(self):
        for feed in getattr(self, "feeds", []):
            os.close(feed)


class MswatchGuards(Mswatch):
    """The fault befalls every new guard; it is over when the tracer goes."""
    attach = follow = True

    def until_synced(self, condition):
        try:
            wait_for("a sync in spite of the fault", lambda: condition() or self.ended(), 1.5)
        except Lost:
            if "could not be started" not in read(self.dir + "/err") + read(self.dir + "/out") and \
                    "exited (status 125)" not in read(self.dir + "/err"):
                raise
            self.waited = True
            self.tracer.terminate()
            self.tracer.wait()
        self.until("the sync of a change", condition)

    def judge(self):
        verdict = super().judge()
        return WAITED if verdict == "recovers" and getattr(self, "waited", False) else verdict


class MswatchWhole(Mswatch):
    """With hooks, heartbeats, and a service manager that wants to hear."""

    def play(self):
        self.hooks = self.dir + "/hooks"
        write(self.dir + "/hook", "#!/bin/sh\necho words\necho \"$#\" >>%s\n" % self.hooks)
        self.settings = "on_success %s/hook\nstore three { watch %s/watch_three\nheartbeat 0.1 }\n" \
            % (self.dir, self.dir)
        self.beats = self.dir + "/beats"
        write(self.dir + "/watch_three", "#!/bin/sh\necho\nexec cat >%s\n" % self.beats)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(self.dir + "/manager")
        self.environment = {"NOTIFY_SOCKET": self.dir + "/manager", "WATCHDOG_USEC": "200000"}
        super().play()

    def answers(self):
        """The hook has run or was said not to; heartbeats come."""
        return super().answers() and os.path.exists(self.beats) and os.path.getsize(self.beats) and \
            (read(self.hooks) or "on_success" in read(self.dir + "/err"))

    def close(self):
        super().close()
        self.manager.close()


class WatchMaildirs(Scenario):
    program = "watch_maildirs"
    options = ["-p", "0.2"]
    clean = (-signal.SIGTERM,)
    quiet_end = ("EPIPE",)

    def maildir(self, path):
        for part in ("tmp", "new", "cur"):
            os.makedirs("%s/m/%s/%s" % (self.dir, path, part))

    def deliver(self, path, name):
        write("%s/m/%s/tmp/%s" % (self.dir, path, name), "")
        os.rename("%s/m/%s/tmp/%s" % (self.dir, path, name), "%s/m/%s/new/%s" % (self.dir, path, name))

    def told(self, name, seen):
        return any(line in ("", name) for line in self.lines[seen:])

    def play(self):
        self.lines = []
        self.maildir(".")
        self.maildir(".work")
        self.maildir(".work.two")
        self.start(self.options + ["-m", self.dir + "/m"], stdout=subprocess.PIPE)
        reader = threading.Thread(target=lambda: self.lines.extend(
            iter_lines(self.process.stdout, self.lines)), daemon=True)
        reader.start()
        self.until("the ready line", lambda: self.lines)
        for round, (path, name) in enumerate(((".", "INBOX"), (".work", "work"), (".new", "new"),
                                              (".new", "new"), (".work.two", "work.two"))):
            if path == ".new" and round == 2:
                self.maildir(path)
            seen = len(self.lines)
            self.deliver(path, "message%d" % round)
            self.until("the change of " + name, lambda: self.told(name, seen))
        seen = len(self.lines)
        shutil.rmtree(self.dir + "/m/.work")
        self.until("the deletion", lambda: self.told("work", seen))
        self.end()


class WatchPolling(WatchMaildirs):
    options = ["--poll-only", "-p", "0.05"]


def iter_lines(pipe, lines):
    for line in pipe:
        lines.append(line.decode().rstrip("\n"))
    return []


class WatchMboxes(WatchMaildirs):
    program = "watch_mboxes"
    options = ["-p", "0.2"]

    def append(self, path):
        with open("%s/%s" % (self.dir, path), "a") as file:
            file.write("From a@b Mon Jan  1 00:00:00 2024\nSubject: x\n\nbody\n\n")

    def play(self):
        self.lines = []
        os.makedirs(self.dir + "/m/lists")
        os.makedirs(self.dir + "/spool")
        os.makedirs(self.dir + "/else")
        for path in ("m/box", "m/lists/one", "else/two"):
            self.append(path)
        os.symlink("../else", self.dir + "/m/link")
        self.start(self.options + ["-m", self.dir + "/m", "-i", self.dir + "/spool/me"],
                   stdout=subprocess.PIPE)
        reader = threading.Thread(target=lambda: self.lines.extend(
            iter_lines(self.process.stdout, self.lines)), daemon=True)
        reader.start()
        self.until("the ready line", lambda: self.lines)
        for path, name in (("m/box", "box"), ("spool/me", "INBOX"), ("spool/me", "INBOX"),
                           ("m/lists/one", "lists/one"), ("m/made", "made"), ("m/made", "made"),
                           ("m/new/three", "new/three"), ("else/two", "link/two")):
            os.makedirs(os.path.dirname(self.dir + "/" + path), exist_ok=True)
            seen = len(self.lines)
            self.append(path)
            self.until("the change of " + name, lambda: self.told(name, seen))
        seen = len(self.lines)
        shutil.rmtree(self.dir + "/m/lists")
        self.until("the deletion", lambda: self.told("lists/one", seen))
        self.end()


class MboxesPolling(WatchMboxes):
    options = ["--poll-only", "-p", "0.05"]


class MboxesEcho(WatchMboxes):
    options = ["-e", "-p", "0.2"]


class WatchImap(Scenario):
    """Through a Tunnel, as TLS is another program's business; the password by a command."""
    program = "watch_imap"
    clean = (69,)                       # the server goes at the end
    quiet_end = ("EPIPE",)
    way = "Tunnel \"exec python3 %s/imap_server.py %s/script %s/log\""
    statuses = ("1 UIDNEXT 2", "2 UIDNEXT 3")

    def play(self):
        self.lines = []
        self.write_script()
        write(self.dir + "/rc", "IMAPStore s\nUser me\nPassCmd \"echo secret\"\n%s\n" % self.account())
        os.chmod(self.dir + "/rc", 0o600)
        ours, self.input = os.pipe()
        self.start(["-c", self.dir + "/rc", "s"], stdin=ours, stdout=subprocess.PIPE,
                   env={"PATH": "/usr/bin:/bin", "HOME": self.dir})
        os.close(ours)
        reader = threading.Thread(target=lambda: self.lines.extend(
            iter_lines(self.process.stdout, self.lines)), daemon=True)
        reader.start()
        self.until("the ready line", lambda: self.lines)
        for file, name in (("one", "INBOX"), ("two", "a"), ("three", "b")):
            seen = len(self.lines)
            write(self.dir + "/" + file, "")
            self.until("the change of " + name, lambda: any(line in ("", name) for line in self.lines[seen:]))
        write(self.dir + "/end", "")
        wait_for("the end", self.ended)

    def write_script(self):
        status = "* STATUS %s (MESSAGES %s UIDVALIDITY 1 UNSEEN 1)"
        write(self.dir + "/script", "\n".join([
            "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi", "< AUTHENTICATE PLAIN AG1lAHNlY3JldA==",
            "TAG OK [CAPABILITY IMAP4rev1 IDLE] in", "< LIST", '* LIST () "/" a', '* LIST () "/" b', "TAG OK",
            "< EXAMINE", "* 1 EXISTS", "TAG OK", "< STATUS", status % ("a", self.statuses[0]), "TAG OK",
            "< STATUS", status % ("b", self.statuses[0]), "TAG OK", "< IDLE", "+ idling",
            "@ %s/one" % self.dir, "* 2 EXISTS", "@ %s/two" % self.dir, status % ("a", self.statuses[1]),
            "@ %s/three" % self.dir, status % ("b", self.statuses[1]), "@ %s/end" % self.dir, "close"]))

    def account(self):
        tests = os.path.dirname(os.path.abspath(__file__))
        return self.way % (tests, self.dir, self.dir)

    def close(self):
        if hasattr(self, "input"):
            os.close(self.input)


class ImapPlain(WatchImap):
    """Through a connection of its own."""

    def account(self):
        tests = os.path.dirname(os.path.abspath(__file__))
        self.server = subprocess.Popen([sys.executable, tests + "/imap_server.py", self.dir + "/script",
                                        self.dir + "/log", self.dir + "/port"])
        wait_for("the server", lambda: os.path.exists(self.dir + "/port"))
        return "Host 127.0.0.1\nPort %s\nSSLType None\nAuthMechs PLAIN" % read(self.dir + "/port").strip()

    def close(self):
        super().close()
        if hasattr(self, "server"):
            self.server.kill()
            self.server.wait()


class Inputkill(Scenario):
    """Ends the command with the input."""
    program = "inputkill"
    command = "echo $$ >%s/pid; exec sleep 1000"

    def play(self):
        self.start(["/bin/sh", "-c", self.command % self.dir], stdin=subprocess.PIPE)
        self.until("the command", lambda: read(self.dir + "/pid").endswith("\n"))
        try:
            os.write(self.process.stdin.fileno(), b"x")
            os.write(self.process.stdin.fileno(), b"x")
        except BrokenPipeError:         # ended before
            pass
        self.process.stdin.close()
        wait_for("the end", self.ended)

    def judge(self):
        verdict = super().judge()
        pid = read(self.dir + "/pid").strip()
        try:
            wait_for("the command's end", lambda: not pid or not os.path.exists("/proc/" + pid), 10)
        except Lost:
            os.kill(int(pid), signal.SIGKILL)
            verdict = "LEFT the command behind"
        return verdict


class InputkillGuards(Inputkill):
    follow = True


class InputkillStatus(Inputkill):
    """Passes the command's status on."""
    clean = (3,)

    def play(self):
        self.start(["/bin/sh", "-c", "echo $$ >%s/pid; exit 3" % self.dir], stdin=subprocess.PIPE)
        wait_for("the end", self.ended)


class Socketwatch(Inputkill):
    """Ends a silent command."""
    program = "socketwatch"
    clean = (124,)
    shell = "/bin/sh"

    def play(self):
        self.start(["-t", "0.3", self.shell, "-c", self.command % self.dir])
        wait_for("the end", self.ended)


class SocketwatchTcp(Socketwatch):
    """Ends a command whose connection is silent."""
    shell = "/bin/bash"

    def play(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.command = "exec 3<>/dev/tcp/127.0.0.1/%d; " % self.listener.getsockname()[1] + \
            Socketwatch.command
        super().play()

    def close(self):
        self.listener.close()


class SocketwatchGuards(Socketwatch):
    follow = True


SCENARIOS = {
    "mswatch": Mswatch, "mswatch-whole": MswatchWhole, "mswatch-guards": MswatchGuards,
    "watch_maildirs": WatchMaildirs, "watch-polling": WatchPolling,
    "watch_mboxes": WatchMboxes, "mboxes-polling": MboxesPolling, "mboxes-echo": MboxesEcho,
    "watch_imap": WatchImap, "imap-plain": ImapPlain,
    "inputkill": Inputkill, "inputkill-guards": InputkillGuards, "inputkill-status": InputkillStatus,
    "socketwatch": Socketwatch, "socketwatch-tcp": SocketwatchTcp,
    "socketwatch-guards": SocketwatchGuards,
}


def count_calls(kind):
    """How often each call is made: {call: (loader's, all)}, and all lines."""
    run = kind(None)
    try:
        verdict = run.judge()
        if verdict != "recovers":
            sys.exit("# without a fault: %s\n%s" % (verdict, read(run.dir + "/err")))
        found, begun = run.calls()
    finally:
        run.clean_up()
    counts = {}
    for who, calls in found.items():
        own = collections.Counter(calls)
        loader = collections.Counter(calls[:begun[who]])
        for call, number in own.items():
            first, last = counts.get(call, (0, 0))
            counts[call] = (max(first, loader[call]), max(last, number))
    return counts, sum(len(calls) for calls in found.values())


def faults_of(counts, some):
    for call, (loader, last) in sorted(counts.items()):
        times = range(loader + 1, last + 1)
        if len(times) > MANY:         # as many as there are processes: a loop's
            times = [times[i * (len(times) - 1) // (MANY - 1)] for i in range(MANY)]
        for index, error in enumerate(ERRORS.get(call, []) if times else []):
            for number in times[-(index % 2):][:1] if some else times:
                yield call, error, number


def try_fault(kind, fault, usual_calls):
    run = kind(fault)
    begun = time.monotonic()
    try:
        verdict = run.judge()
        if os.environ.get("FAULTS_TIMES"):
            print("# %s %s %d: %.1f s" % (*fault, time.monotonic() - begun), flush=True)
        found, _ = run.calls()
        made = sum(len(calls) for calls in found.values())
        if "(INJECTED" not in read(run.trace):
            verdict = "not reached" if verdict == "recovers" else verdict + " (not reached)"
        if made > 10 * usual_calls + 5000:
            verdict = "LOOPS: %d calls instead of %d" % (made, usual_calls)
        if verdict not in GOOD:
            print("# %s %s %d: %s" % (*fault, verdict))
            print("# stderr: " + read(run.dir + "/err").replace("\n", "\n# "), flush=True)
            if os.environ.get("FAULTS_KEEP"):
                shutil.copytree(run.dir, "%s/%s-%s-%d" % (os.environ["FAULTS_KEEP"], *fault),
                                ignore=shutil.ignore_patterns("*.feed"), dirs_exist_ok=True)
        return fault, verdict
    finally:
        run.clean_up()


def show_table(name, results):
    cells = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
    for (call, error, _), verdict in results:
        if verdict != "not reached":
            cells[call][error][GOOD.get(verdict, "BAD")] += 1
    print("%s (how many times; r: recovers, m: ends with a message, w: tells it and waits)" % name)
    for call in sorted(cells):
        print("  %-18s %s" % (call, "  ".join(
            "%s %s" % (error, " ".join("%d%s" % (n, how) for how, n in sorted(count.items())))
            for error, count in sorted(cells[call].items()))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--some", action="store_true")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--only", help="a regular expression for 'CALL ERROR NUMBER'")
    parser.add_argument("scenario", nargs="+", choices=SCENARIOS)
    options = parser.parse_args()
    bad = 0
    for name in options.scenario:
        kind = SCENARIOS[name]
        counts, usual_calls = count_calls(kind)
        faults = list(faults_of(counts, options.some))
        if options.only:
            faults = [f for f in faults if re.search(options.only, "%s %s %d" % f)]
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda f: try_fault(kind, f, usual_calls), faults))
        how = collections.Counter(verdict for _, verdict in results)
        good = sum(how[verdict] for verdict in GOOD)
        bad += len(results) - good
        if options.table:
            show_table(name, results)
        print("# %s: %d faults: %d recovered from, %d ended with a message, %d told and waited out, "
              "%d not reached, %d bad" % (name, len(results), how["recovers"], how["ends with message"],
                                          how[WAITED], how["not reached"], len(results) - good), flush=True)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
