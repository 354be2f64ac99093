"""What tests/mbsyncrc_oracle.py and tests/mbsyncrc_runs.py share: stores of mail, and channels.

DUMP DIRECTORY KIND VERSION=MBSYNC ... are the arguments of both.  DUMP is
tests/mbsyncrc_dump; everything is made below DIRECTORY.  ORACLE_SEED: the
first seed (1).  ORACLE_IMAP: the command in front of Dovecot's imap, which
refuses to run as root.  Each difference is a line.
"""
import base64
import os
import random
import re
import shutil
import subprocess
import sys

DUMP, WORK, KIND = sys.argv[1:4]
PROGRAMS = dict(argument.split("=", 1) for argument in sys.argv[4:])
SEED = int(os.environ.get("ORACLE_SEED", "1"))
ENVIRONMENT = {"HOME": WORK, "PATH": os.environ["PATH"], "LC_ALL": "C"}
counts = {}
differences = 0


def count(what, number=1):
    counts[what] = counts.get(what, 0) + number


def differ(case, *words):
    global differences
    differences += 1
    print(f"DIFFERENT: case {case}:", *words)


def run(*command, given=b""):
    result = subprocess.run(command, input=given, capture_output=True, env=ENVIRONMENT, cwd=WORK,
                            timeout=60, check=False)
    return result.returncode, result.stdout, result.stderr


# --- two Maildir stores on disk ---

NAMES = ["lists", "lists/dev", "lists/dev/x", "Spam", "Archive", "Archive/2020", "a.b", "x.y/z", "pre",
         "pre/a", "pre/INBOX", "pre/pre/a", "prefix", "INBOX/sub", "INBOX/sub/x", "INBOX.sub", "INBOXx",
         "inbox", "M", "R&D", "R&-D", "Entw&APw-rfe", "Entw\u00fcrfe", "a,b", "per%cent", "st*r", "!bang",
         "sp ace", "-dash", "co:lon", "new\nline", "a_b", "a_b_c", ".dot", "[Gmail]/Sent Mail", "[Gmail]/All Mail"]
PATTERNS = ["*", "*", "%", "!Spam", "!Archive*", "INBOX", "INBOX", "INBOX/*", "INBOX*", "INBOX%", "!INBOX",
            "!INBOX*", "lists/%", "lists/*", "%/%", "*/%", "%/2020", "pre/*", "!*a*", "a,b", "R&D", "R&-D",
            "!", "%*", "M", "!M", "IN*", "INB*", "!*.b", "!inbox", "Entw\u00fcrfe", "*x", "a/b", "a/%", "OX"]
BOXES = ["", "", "", "", "pre/", "pre/", "pre", "INBOX/", "IN", "INB"]


class Store:
    def __init__(self, dice, name):
        self.name = name
        self.style = dice.choice(["", "Verbatim", "Verbatim", "Maildir++", "Legacy"])
        self.flatten = dice.choice(["", "", "", ".", "_", "--"])
        self.map_inbox = dice.choice(["", "", "", "", "M", "pre/M"])
        self.base = f"{WORK}/{name}"
        self.slash = True
        self.path = None
        if self.style == "Maildir++":
            self.inbox = self.base + "/Inbox"
        else:
            self.choose_path(dice)

    def choose_path(self, dice):
        self.path = self.base + "/"
        if dice.random() < 0.15:
            self.slash = False
            self.path += "m-"
        self.inbox = dice.choice([WORK + "/outside-" + self.name, WORK + "/outside-" + self.name,
                                  self.path + "INBOX", self.path + "Inbox", self.path + "mail.in",
                                  self.path + ".hidden", self.path + "Inbox/", self.path + "INBOX/",
                                  self.path + "deep/INBOX"])
        if dice.random() < 0.05 and self.slash:
            self.inbox = self.base
        elif dice.random() < 0.03:
            self.path = None

    def directory(self, name):
        """Where it lies, by the manual; None: nowhere."""
        parts = name.split("/")
        if name == "INBOX":
            return self.inbox
        below_inbox = parts[0] == "INBOX" and not self.flatten
        if self.style == "Maildir++":
            if "." in name or (self.flatten and len(parts) > 1) or name == "INBOX":
                return None
            if below_inbox:
                return self.inbox + "/.." + ".".join(parts[1:])
            return self.inbox + "/." + ".".join(parts)
        if self.path is None and not below_inbox:
            return None
        if len(parts) > 1 and (self.flatten or not self.style):
            return None
        between = "/." if self.style == "Legacy" else "/"
        if below_inbox:
            return self.inbox + between + between.join(parts[1:])
        return self.path + between.join(parts)

    def locate(self, name, _version):
        """Where the mailbox lies that mbsync, behind Far or Near, calls so."""
        if name == self.map_inbox:
            name = "INBOX"
        elif self.flatten:
            name = name.replace("/", self.flatten)
        directory = self.directory(name)
        return directory and os.path.normpath(directory)

    def make(self, dice):
        """Makes some mailboxes; returns the store's own names of all that there are."""
        names = {"INBOX"}
        wanted = [name for name in NAMES if dice.random() < 0.3]
        if self.flatten:
            wanted += [name.replace("/", self.flatten) for name in wanted]
        second = self.second_name()
        for name in wanted:
            directory = self.directory(name)
            if directory is None or name.upper() == self.entry().upper():
                continue
            if self.style == "Legacy" and name.startswith("."):     # no mailbox at the top
                continue
            names.add(name)
            if second and name.startswith("INBOX/"):
                names.add(second + name[5:])
            os.makedirs(directory + "/cur", exist_ok=True)
        self.has_inbox = dice.random() < 0.9
        if self.has_inbox:
            os.makedirs(self.inbox + "/cur", exist_ok=True)
            if second and second != "INBOX":
                names.add(second)
        if self.path is not None:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
        return names

    def entry(self):
        """The Inbox's directory as a name in Path, if it is there."""
        if self.path is None or not self.inbox.startswith(self.path):
            return ""
        return self.inbox[len(self.path):].rstrip("/")

    def second_name(self):
        """The same, where a / at its end makes it another mailbox for mbsync."""
        return self.entry() if self.inbox.endswith("/") else ""

    def holds(self, name):
        """Whether a mailbox that the channel calls so can be here."""
        if name in (self.map_inbox, "INBOX"):
            return True
        if self.flatten:
            if self.flatten in name:
                return False
            name = name.replace("/", self.flatten)
        if self.style == "Maildir++":
            return "." not in name
        if not self.style and "/" in name:
            return False
        return self.path is not None or name.startswith("INBOX/")

    def prepare(self, version):
        """1.4 wants a directory called like a Path without /, which 1.5 takes for a nameless mailbox."""
        if self.path is not None and not self.slash:
            if version == "1.4":
                os.makedirs(self.path, exist_ok=True)
            elif os.path.isdir(self.path):
                os.rmdir(self.path)

    def text(self):
        lines = [f"MaildirStore {self.name}", f"Inbox {self.inbox}"]
        for keyword, value in (("SubFolders", self.style), ("Path", self.path), ("Flatten", self.flatten),
                               ("MapInbox", self.map_inbox)):
            if value:
                lines.append(f"{keyword} {value}")
        return "\n".join(lines) + "\n\n"


def quote(word):
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- a store of a real IMAP server ---

SERVED = ["lists", "lists.dev", "lists.dev.x", "Spam", "Archive.2020", "Entw&APw-rfe", "R&-D", "no&valid", "INBOX.sub",
          "INBOX.sub.x", "lists.INBOX", "list", "&,3E-", "a_b", "a_b_c", "x.lock", "&BB8EQAQ4BDIENQRC-", "pre.a",
          "pre.INBOX", "a,b", "sp ace", "co:lon", "R&D", "&AOQ-&AOQ-", "&AGE-", "-dash", "per%cent", "st*r",
          "[Gmail].Sent Mail", "[Gmail].All Mail"]
SERVED_IN_FS = [".dot", "x.y/z", "lists/.hidden"]


class ImapStore:
    style = None
    inbox = base = path = None
    has_inbox = True

    def __init__(self, dice, name):
        self.name = name
        self.separator = dice.choice("/.")
        self.layout = dice.choice(["maildir++", "maildir++", "fs"])
        self.space = dice.choice(["", "", "INBOX" + self.separator])
        self.flatten = dice.choice(["", "", "", "_"])
        self.map_inbox = dice.choice(["", "", "", "M"])
        self.path = dice.choice([None, None, None, "", "lists" + self.separator, "li", "INBOX" + self.separator,
                                 "inbox" + self.separator, self.space + "pre" + self.separator])
        self.use_namespace = dice.random() < 0.8
        self.delimiter = self.separator if dice.random() < 0.2 else ""
        self.subscribed_only = dice.random() < 0.2
        self.home = WORK + "/server"
        self.tunnel = (f"HOME={self.home} {os.environ.get('ORACLE_IMAP', '')} /usr/lib/dovecot/imap"
                       f" -c {self.home}/dovecot.conf")

    def directory(self, name):
        """Where Dovecot has the mailbox that it calls so, without the namespace; None: nowhere."""
        inbox = self.home + ("/inbox" if self.layout == "fs" else "/mail")
        if name.upper() == "INBOX":
            return inbox
        if self.layout == "fs":
            return f"{self.home}/mail/{name.replace(self.separator, '/')}"
        return f"{self.home}/mail/.{name.replace(self.separator, '.')}"

    def of_server(self, name):
        """Where the mailbox lies that the server calls so; None: it can't be there."""
        if re.match("inbox(?![^./])", name.lower()):
            name = "INBOX" + name[5:]
        if name == "INBOX":
            return self.directory(name)
        if not name.startswith(self.space):
            return None
        name = name[len(self.space):]
        if not is_canonical(name) or (self.layout != "fs" and "." in name.replace(self.separator, "/")):
            return None
        return self.directory(name)

    def locate(self, name, version):
        """Where the mailbox lies that mbsync, behind Far or Near, calls so."""
        if name == self.map_inbox:
            name = "INBOX"
        elif self.flatten:
            name = name.replace("/", self.flatten)
        between = self.delimiter or self.separator
        if between != "/" and between in name:
            return None
        prefix = self.path if self.path is not None else self.space if self.use_namespace else ""
        if re.match("INBOX(/|$)", name):
            prefix = ""
        if version == "1.5":
            name = encode(name)
        return self.of_server(prefix + name.replace("/", between))

    def make(self, dice):
        """Makes mailboxes; returns those that can be selected, as the server names them."""
        served = [name for name in SERVED if dice.random() < 0.5]
        if self.flatten:
            served = [name for name in served if "." not in name]
        self.configure([name for name in ["INBOX"] + served if is_canonical(name) and dice.random() < 0.5])
        served = [name.replace(".", self.separator) for name in served]
        if self.layout == "fs" and self.separator == "/":
            served += [name for name in SERVED_IN_FS if "/" not in name or not self.flatten]
        for name in ["INBOX"] + served:
            os.makedirs(self.directory(name) + "/cur", exist_ok=True)
        for where, directories, files in os.walk(self.home):
            for entry in [""] + directories + files:
                os.chmod(os.path.join(where, entry), 0o777)
        names = self.ask()
        if not names >= {"INBOX"} | {self.space + name for name in served if is_canonical(name)}:
            differ(self.name, "the server tells of", sorted(names), "not of all of", sorted(served))
        return names

    def configure(self, subscribed):
        os.makedirs(self.home + "/mail")
        with open(self.home + "/mail/subscriptions", "w", encoding="utf-8") as file:
            file.write("".join(name.replace(".", self.separator) + "\n" for name in subscribed))
        location = f"maildir:{self.home}/mail"
        if self.layout == "fs":
            location += f":LAYOUT=fs:INBOX={self.home}/inbox"
        with open(self.home + "/dovecot.conf", "w", encoding="utf-8") as file:
            file.write(f"mail_location = {location}\nlog_path = {self.home}/log\n"
                       f"namespace inbox {{\n  inbox = yes\n  separator = {self.separator}\n"
                       f"  prefix = {self.space}\n}}\n")

    def ask(self):
        """The mailboxes of LIST."""
        status, out, error = run("sh", "-c", self.tunnel, given=b'a LIST "" *\r\nb LOGOUT\r\n')
        lines = re.findall(r"\r\n\* LIST \((.*)\) \S+ (.*)(?=\r\n)", out.decode())
        if status != 0 or not lines:
            differ(self.name, "LIST fails", out.decode(), error.decode())
        return {name.strip('"') for flags, name in lines if not re.search(r"\\(NonExistent|NoSelect)", flags, re.I)}

    def holds(self, name):
        if name in (self.map_inbox, "INBOX"):
            return True
        if self.flatten:
            if self.flatten in name:
                return False
            name = name.replace("/", self.flatten)
        if self.delimiter and self.delimiter != "/" and self.delimiter in name:
            return False
        return bool(self.path) or name.upper() != "INBOX"

    def prepare(self, version):
        pass

    def text(self):
        lines = [f"IMAPStore {self.name}", f"Tunnel {quote(self.tunnel)}"]
        for keyword, value in (("Flatten", self.flatten), ("MapInbox", self.map_inbox),
                               ("PathDelimiter", self.delimiter)):
            if value:
                lines.append(f"{keyword} {value}")
        if self.path is not None:
            lines.append(f"Path {quote(self.path)}")
        if not self.use_namespace:
            lines.append("UseNamespace no")
        if self.subscribed_only:
            lines.append("SubscribedOnly yes")
        return "\n".join(lines) + "\n\n"


def is_canonical(name):
    """Whether it is in modified UTF-7; Dovecot encodes what is not, and may refuse to select it."""
    return encode(decode(name)) == name


class Case:
    """One channel between two stores, on disk and in a file."""

    def __init__(self, seed, far=Store):
        dice = random.Random(seed)
        self.seed = seed
        for directory in ("far", "near", "outside-far", "outside-near", "server"):
            shutil.rmtree(f"{WORK}/{directory}", ignore_errors=True)
        self.stores = {"far": far(dice, "far"), "near": Store(dice, "near")}
        self.box = {name: dice.choice(BOXES) for name in self.stores}
        self.names = {name: store.make(dice) for name, store in self.stores.items()}
        self.patterns = [dice.choice(PATTERNS) for _ in range(dice.randint(1, 4))]
        if dice.random() < 0.1:
            self.patterns = []
        text = "".join(store.text() for store in self.stores.values()) + "Channel c\n"
        for side, name in (("Far", "far"), ("Near", "near")):
            text += f"{side} {quote(':' + name + ':' + self.box[name])}\n"
        for pattern in self.patterns:
            text += f"Pattern {quote(pattern)}\n"
        text += "Create Both\nSyncState *\n"
        self.file = WORK + "/rc"
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        self.text = text

    def held_elsewhere(self, store, name):
        other = "near" if store == "far" else "far"
        return self.stores[other].holds(self.box[other] + name)

    def listed(self, program):
        """The names that mbsync lists, or None where it fails."""
        return listed(program, self.file, "c", self.box if self.patterns else {"far": "", "near": ""})

    def asked(self, version):
        """For each store's mailbox: what lib/mbsyncrc makes of it."""
        queries = [(store, name) for store in self.names for name in sorted(self.names[store])]
        given = "".join(f"{store}\t{name}{self.server(store)}\0" for store, name in queries).encode()
        status, out, error = run(DUMP, version, self.file, WORK, "c", given=given)
        if status != 0:
            differ(self.seed, "the dump failed", error.decode())
        answers = []
        blocks = ("\n" + out.decode("utf-8", "surrogateescape")).split("\narguments")
        for (store, mailbox), block in zip(queries, blocks):
            own = re.search(r"\nown\t(.*)", block)
            kind = re.search(r"\nside\tc\t(.*)", block)
            kind = kind.group(1).split("\t") if kind else ["outside"]
            answers.append(((store, own.group(1) if own else mailbox), kind[0], kind[1:]))
        return answers

    def server(self, store):
        """What lib/mbsyncname has to know of the server, to make the store's own names of its names."""
        if isinstance(self.stores[store], ImapStore):
            return f"\t{self.stores[store].space}\t{self.stores[store].separator}"
        return ""


def listed(program, file, channel, box):
    """The names that mbsync lists for a channel, without its boxes, or None where it fails; and what it says."""
    status, out, error = run(program, "-c", file, "-l", channel)
    if status != 0:
        return None, error
    lines = out.replace(b"new\nline", b"new\0line").decode("utf-8", "surrogateescape").split("\n")[:-1]
    lines = [line.replace("\0", "\n") for line in lines]
    if any(box.values()):
        lines = [line.split(" <=> ")[0][len(box["far"]):] for line in lines]
    return set(lines), error


def accepted(program, file):
    """Whether mbsync takes the file, and what it says."""
    _, _, error = run(program, "-c", file, "-l", "no such channel")
    return b"No channel or group named" in error, error


def decode(name):
    """Modified UTF-7 to UTF-8."""
    def part(match):
        code = match.group(1)
        return ("+" + code.replace(",", "/") + "-").encode().decode("utf-7") if code else "&"
    return re.sub("&([^-]*)-", part, name)


def encode(name):
    """UTF-8 to modified UTF-7."""
    def part(match):
        code = base64.b64encode(match.group().encode("utf-16-be")).decode().rstrip("=")
        return "&" + code.replace("/", ",") + "-"
    return re.sub("[^ -~]+", part, name.replace("&", "&-"))
