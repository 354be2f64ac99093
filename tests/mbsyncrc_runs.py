#!/usr/bin/env python3
"""Runs mbsync with the arguments of lib/mbsyncsubject, and looks what they synced.

    mbsyncrc_runs.py DUMP DIRECTORY syncs|imap_syncs VERSION=MBSYNC ...

In each case there are two stores full of mail, which nobody has synced yet, and
a channel between them, or a group.  Each mailbox that is reported gets a
message: it has to reach the other side, and no other mailbox may change.  What
is excluded may not even be touched when all is synced.  ORACLE_CASES: how many;
for the rest see mbsyncrc_case.py.  Exit 1 where there was a difference.
"""
import os
import random
import re
import select
import shutil
import subprocess
import sys

import mbsyncrc_case
from mbsyncrc_case import (BOXES, DUMP, ENVIRONMENT, KIND, PATTERNS, PROGRAMS, SEED, WORK, ImapStore, Store, accepted,
                           count, counts, differ, encode, listed, quote, run)

ROOTS = ("far", "near", "outside-far", "outside-near", "server")
SINGLES = ["", "", "Spam", "lists/dev", "Archive/2020", "Entw\u00fcrfe", "R&D", "[Gmail]/Sent Mail", "[Gmail]/All Mail",
           "a,b", "-dash", "M"]
RUNS = 4        # of each case, and of each version


def choose(kind, dice, name):
    """A store that mbsync takes: its Inbox is not Path, and has no / at its end."""
    while True:
        store = kind(dice, name)
        if not store.inbox or (store.inbox != store.base and not store.inbox.endswith("/")):
            return store


class Channel:
    def __init__(self, dice, index, grouped, far):
        self.name = f"c{index}"
        self.single = dice.random() < (0.5 if grouped else 0.1)
        self.box = {"far": dice.choice(SINGLES if self.single else BOXES)}
        if isinstance(far, ImapStore) and re.match("inbox", far.space + (far.path or ""), re.I):
            # INBOX/x, and even INBOX/INBOX, are second names of mailboxes there
            self.box["far"] = re.sub("^IN.*", "", self.box["far"])
        if self.single:
            self.box["near"] = f"s{index}" if index else ""
        else:
            self.box["near"] = f"g{index}/" if index else dice.choice(BOXES)
        if set(self.box.values()) == {"pre", "INBOX/"}:     # the mailbox pre would be INBOX/, which is INBOX
            self.box["near"] = ""
        self.patterns = [] if self.single else [dice.choice(PATTERNS) for _ in range(dice.randint(1, 4))]
        # in a group these mailboxes only
        self.chosen = []
        if grouped and not self.single and dice.random() < 0.3:
            self.chosen = dice.sample(["INBOX", "Spam", "lists/dev", "Archive/2020", "M"], 2)

    def boxed(self, store, version):
        """The box as mbsync wants it written."""
        box = self.box[store.name]
        return encode(box) if isinstance(store, ImapStore) and version == "1.4" and self.single else box

    def text(self, stores, version, state):
        lines = [f"Channel {self.name}"]
        for side, store in stores.items():
            lines.append(f"{side.title()} {quote(':' + side + ':' + self.boxed(store, version))}")
        lines += [f"Pattern {quote(pattern)}" for pattern in self.patterns]
        return "\n".join(lines) + f"\nCreate Both\nSyncState {state}\n\n"

    def directories(self, stores, version, name):
        """The two mailboxes that the channel syncs under the name (its only ones: None), or None for what fails."""
        found = {}
        for side, store in stores.items():
            box = self.boxed(store, version)
            box = (box or "INBOX") if name is None else box + name
            found[side] = store.locate(box, version) if name != "" and store.holds(box) else None
        return found


class Case:
    def __init__(self, seed, version, far):
        dice = random.Random(seed)
        self.seed, self.version = seed, version
        for directory in ROOTS + ("state",):
            shutil.rmtree(f"{WORK}/{directory}", ignore_errors=True)
        os.mkdir(WORK + "/state")
        self.stores = {"far": choose(far, dice, "far"), "near": choose(Store, dice, "near")}
        grouped = dice.random() < 0.4
        self.channels = [Channel(dice, index, grouped, self.stores["far"])
                         for index in range(dice.randint(2, 4) if grouped else 1)]
        self.subject = "g" if grouped else "c0"
        self.state = "*" if not grouped and dice.random() < 0.5 else WORK + "/state/"
        self.reported = {}
        for side, store in self.stores.items():
            names = store.make(dice)
            store.prepare(version)
            for name in sorted(names):
                self.report(side, store, name)
        self.file = WORK + "/rc"
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(self.text())

    def report(self, side, store, name):
        directory = store.of_server(name) if isinstance(store, ImapStore) else store.directory(name)
        if directory and os.path.isdir(directory):
            complete(directory)
            self.reported[side, name] = os.path.normpath(directory)

    def text(self):
        text = "".join(store.text() for store in self.stores.values())
        text += "".join(channel.text(self.stores, self.version, self.state) for channel in self.channels)
        if self.subject == "g":
            text += "Group g\n"
            for channel in self.channels:
                text += f"Channel {channel.name}" + (":" if channel.chosen else "") + ",".join(channel.chosen) + "\n"
        return text

    def ask(self):
        """For each reported mailbox: (channel, kind, names) of all, and the arguments."""
        given = ""
        for side, name in self.reported:
            store = self.stores[side]
            given += f"{side}\t{name}"
            if isinstance(store, ImapStore):
                given += f"\t{store.space}\t{store.separator}"
            given += "\0"
        status, out, error = run(DUMP, self.version, self.file, WORK, self.subject, given=given.encode())
        if status != 0:
            differ(self.seed, "the dump failed", error.decode())
        blocks = re.findall(r"(?s)(.*?)\narguments(.*?)(?=\n)", "\n" + out.decode())
        answers = {}
        for mailbox, (sides, arguments) in zip(self.reported, blocks):
            found = [line.split("\t") for line in re.findall("\nside\t(.*)", sides)]
            answers[mailbox] = ([(words[0], words[1], words[2:]) for words in found], arguments.split("\t")[1:])
        return answers

    def listed(self, channel, program):
        """The arguments for all that the channel holds, as mbsync lists it; None where it can't."""
        if channel.chosen:
            return {f"{channel.name}:{name}" for name in channel.chosen}
        names, _ = listed(program, self.file, channel.name, channel.box)
        if names is None:
            return None
        return {f"{channel.name}:{name}" for name in names} if channel.patterns else {channel.name}

    def must_fail(self, mailbox, arguments, expected):
        """Where the server can't hold it, and for the second name of a near INBOX, which has one state."""
        channels = {argument.partition(":")[0] for argument in arguments}
        twice = mailbox == ("near", "INBOX") and self.stores["near"].map_inbox and len(arguments) > len(channels)
        return twice or None in [where for pair in expected for where in pair.values()]

    def directories(self, argument):
        name, colon, box = argument.partition(":")
        channel = next(channel for channel in self.channels if channel.name == name)
        return channel.directories(self.stores, self.version, box if colon else None)


# --- mail ---

def complete(directory):
    """mbsync takes a mailbox with cur/ alone, a watcher does not."""
    for part in ("cur", "new", "tmp"):
        if not os.path.isdir(f"{directory}/{part}"):
            os.mkdir(f"{directory}/{part}")
            os.chmod(f"{directory}/{part}", 0o777)


def deliver(directory, text):
    deliver.number += 1
    name = f"1700000000.{deliver.number}.sender"
    with open(f"{directory}/tmp/{name}", "w", encoding="utf-8") as file:
        file.write(f"From: a@b.invalid\nSubject: {text}\nMessage-ID: <{text}@b.invalid>\n\nbody\n")
    os.rename(f"{directory}/tmp/{name}", f"{directory}/new/{name}")


deliver.number = 0


def holds(directory, text):
    """How many messages with the text are there."""
    found = 0
    for part in ("cur", "new"):
        for name in os.listdir(f"{directory}/{part}") if os.path.isdir(f"{directory}/{part}") else []:
            with open(f"{directory}/{part}/{name}", encoding="utf-8", errors="replace") as file:
                found += f"<{text}@" in file.read()
    return found


def look():
    """What is in each directory of the stores that is a mailbox, other than what is Dovecot's own."""
    tree = {}
    for root in ROOTS:
        for where, directories, files in os.walk(f"{WORK}/{root}"):
            if "cur" not in directories:
                continue
            tree[where] = {name for name in files if not re.match(r"dovecot|log$|subscriptions|maildirfolder", name)}
            for part in ("cur", "new", "tmp"):
                if part in directories:
                    tree[where].add(part)
                    tree[where] |= {f"{part}/{name}" for name in os.listdir(f"{where}/{part}")}
    return tree


def changed(before, after):
    return {where for where in before | after if before.get(where) != after.get(where)}


def make_old():
    """mbsync waits a second for each directory that has just been written to."""
    for root in ROOTS:
        for where, _, _ in os.walk(f"{WORK}/{root}"):
            os.utime(where, (1000000000, 1000000000))


def sync(case, program, arguments):
    make_old()
    before = look()
    status, out, error = run(program, "-q", "-q", "-c", case.file, "--", *arguments)
    return status, changed(before, look()), (out + error).decode("utf-8", "replace")


# --- what is compared ---

def compare_watched(case):
    """watch_maildirs, where it is built, calls the mailboxes so."""
    if not shutil.which("watch_maildirs"):
        return
    for side, store in case.stores.items():
        if (isinstance(store, ImapStore) or not store.slash or not store.has_inbox
                or (store.path is None and store.style != "Maildir++")):
            continue
        mailboxes = {name: where for (where_side, name), where in case.reported.items() if where_side == side}
        unprintable = any("\n" in name for name in mailboxes)
        theirs = watched(store, mailboxes)
        ours = {name for name in mailboxes if "\n" not in name} | ({""} if unprintable else set())
        count("watched", len(ours))
        if theirs != ours:
            differ(case.seed, side, "watch_maildirs says", sorted(theirs), "not", sorted(ours))


def watched(store, mailboxes):
    """The lines of watch_maildirs for a message in each, once it is ready."""
    command = ["watch_maildirs", "-s", "/", "-m"]
    command += [store.inbox] if store.style == "Maildir++" else [store.path, "-l", (store.style or "verbatim").lower(),
                                                                 "-i", store.inbox]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as watcher:
        said = os.read(watcher.stdout.fileno(), 1)      # the ready line
        for where in mailboxes.values():
            deliver(where, "watched")
        while len(lines(said)) < len(mailboxes) and select.select([watcher.stdout], [], [], 10)[0]:
            more = os.read(watcher.stdout.fileno(), 4096)
            if not more:
                break
            said += more
        watcher.terminate()
    return lines(said)


def lines(said):
    """What is told, each once; the empty line does not count where it is the first."""
    return set(said[1:].decode("utf-8", "surrogateescape").split("\n")[:-1])


def compare_case(case, program):
    if not accepted(program, case.file)[0]:
        count("left out")
        return
    answers = case.ask()
    compare_lists(case, program, answers)
    for (side, name), where in case.reported.items():
        deliver(where, "first")
    begin = look()
    dice = random.Random(case.seed)
    mailboxes = [mailbox for mailbox, (_, arguments) in answers.items() if arguments and is_clear(arguments)]
    for mailbox in dice.sample(mailboxes, min(RUNS, len(mailboxes))):
        compare_run(case, program, mailbox, answers[mailbox])
    compare_impossible(case, program, answers)
    compare_whole(case, program, answers, begin)


def compare_lists(case, program, answers):
    """The arguments are, for each mailbox, those of the names that mbsync lists and that are this one."""
    for channel in case.channels:
        names = case.listed(channel, program)
        if names is None:
            count("channels that mbsync can't list")
            continue
        pairs = {name: case.directories(name) for name in names}
        for (side, mailbox), (sides, arguments) in answers.items():
            kinds = {kind for name, kind, _ in sides if name == channel.name}
            where = case.reported[side, mailbox]
            named = {name for name, pair in pairs.items() if pair[side] == where}
            wanted = {name for name in named if None not in pairs[name].values()}
            given = {name for name in arguments if name.partition(":")[0] == channel.name}
            count("listed", len(wanted))
            if given - named or (wanted - given and not kinds & {"impossible", "other", "all"}):
                differ(case.seed, case.version, side, mailbox, "of", channel.name, kinds, "becomes", given, "not", wanted)


def is_clear(arguments):
    """Not all, nor a name with an empty part, which stores make different things of."""
    return not any(re.search("^[*]|:/|//", argument) for argument in arguments)


def compare_run(case, program, mailbox, answer):
    """Its arguments sync the mailbox, and no other."""
    arguments = answer[1]
    text = f"to-{deliver.number}"
    deliver(case.reported[mailbox], text)
    status, touched, said = sync(case, program, arguments)
    expected = [case.directories(argument) for argument in arguments]
    what = f"{case.version} {case.subject} {mailbox}: {arguments}"
    count("runs of a group" if case.subject == "g" else "runs of a channel")
    compare_touched(case, what, mailbox, touched, {where for pair in expected for where in pair.values()})
    if case.must_fail(mailbox, arguments, expected):
        count("runs that fail")
        if status == 0:
            differ(case.seed, what, "succeeds", expected)
        return
    if status != 0:
        differ(case.seed, what, "fails:", said)
    for there in {pair["near" if mailbox[0] == "far" else "far"] for pair in expected}:
        if not holds(there or "nowhere", text):
            differ(case.seed, what, "brings nothing to", there, said)


def compare_touched(case, what, mailbox, touched, expected):
    if not touched <= expected:
        differ(case.seed, what, "touches", sorted(touched), "not", expected)
    if case.reported[mailbox] not in expected:
        differ(case.seed, what, "is", case.reported[mailbox], "not", expected)


def compare_impossible(case, program, answers):
    """What is said to fail by name does fail."""
    for (side, mailbox), (sides, _) in answers.items():
        if case.subject == "g" or re.search("[,\n]", mailbox) or not any(kind == "impossible" for _, kind, _ in sides):
            continue
        flatten = case.stores[side].flatten
        name = mailbox.replace(flatten, "/") if flatten else mailbox
        name = name[len(case.channels[0].box[side]):]
        status, touched, said = sync(case, program, [f"c0:{name}"])
        count("impossible")
        if status == 0:
            differ(case.seed, case.version, "impossible", side, mailbox, "is synced:", touched, said)


def compare_whole(case, program, answers, begin):
    """All of the subject: what is excluded is not touched, and the rest is synced."""
    status, _, said = sync(case, program, [case.subject])
    touched = changed(begin, look())
    what = f"{case.version} all of {case.subject}"
    for mailbox, (sides, arguments) in answers.items():
        if not arguments and "impossible" not in {kind for _, kind, _ in sides}:
            count("excluded")
            if case.reported[mailbox] in touched:
                differ(case.seed, what, "touches", mailbox, sides, "which is excluded")
        elif status != 0 or not is_clear(arguments):
            count("synced as far as can be")
        else:
            compare_synced(case, what, mailbox, arguments)


def compare_synced(case, what, mailbox, arguments):
    for argument in arguments:
        count("synced")
        if not all(holds(where or "nowhere", "first") for where in case.directories(argument).values()):
            differ(case.seed, what, "does not sync", argument, "of", mailbox)


def main():
    far = ImapStore if KIND == "imap_syncs" else Store
    for seed in range(SEED, SEED + int(os.environ.get("ORACLE_CASES", "40"))):
        before = mbsyncrc_case.differences
        for version, program in PROGRAMS.items():
            case = Case(seed, version, far)
            if version == min(PROGRAMS):
                compare_watched(case)
                case = Case(seed, version, far)
            compare_case(case, program)
        if mbsyncrc_case.differences > before and os.environ.get("ORACLE_SHOW"):
            with open(WORK + "/rc", encoding="utf-8") as file:
                print(file.read().replace(WORK, ""))
    print(" ".join(f"{what}: {number}" for what, number in sorted(counts.items())))
    return mbsyncrc_case.differences > 0


if __name__ == "__main__":
    sys.exit(main())
