#!/usr/bin/env python3
"""Compares lib/mbsyncrc with mbsync itself, over generated configurations.

    mbsyncrc_oracle.py DUMP DIRECTORY names|imap|files|logins VERSION=MBSYNC ...

ORACLE_CASES: how many (by kind); for the rest see mbsyncrc_case.py.  Exit 1
where there was a difference.
"""
import os
import random
import re
import sys

import mbsyncrc_case
from mbsyncrc_case import (DUMP, KIND, PROGRAMS, SEED, WORK, Case, ImapStore, Store, accepted, count, counts, decode,
                           differ, run)


def compare_names(case, version, program):
    for store in case.stores.values():
        store.prepare(version)
    takes, error = accepted(program, case.file)
    _, out, _ = run(DUMP, version, case.file, WORK)
    refused = b"refused\t1" in out
    if takes == refused:
        differ(case.seed, version, "accepted" if takes else "refused", error.decode(), out.decode())
    if not takes:
        count("refused")
        return
    if any(store.inbox and store.inbox == store.base for store in case.stores.values()):
        count("Path is Inbox")
        return
    listed, error = case.listed(program)
    if listed is None:
        count("mbsync can't list")
        if os.environ.get("ORACLE_ERRORS"):
            print("ERR", version, error.decode().strip().replace(WORK, ""))
        return
    compare_answers(case, version, listed, case.asked(version))


def compare_answers(case, version, listed, answers):
    reached = set()
    count("lists")
    for (store, mailbox), kind, names in answers:
        count(kind)
        what = f"{version} {store} {mailbox!r}: {kind} {names}"
        there = mailbox != "INBOX" or case.stores[store].has_inbox
        if kind == "name" and there and not set(names) <= listed:
            differ(case.seed, what, "but mbsync lists", sorted(listed))
        if kind == "excluded" and case.patterns and there and listed & held(case, version, store, mailbox):
            differ(case.seed, what, "but mbsync lists", sorted(listed))
        if not is_needed(case, version, store, mailbox, kind):
            differ(case.seed, what, "without need")
        if kind == "impossible" and all(case.held_elsewhere(store, name)
                                        for name in unsaid(case, version, store, mailbox)):
            differ(case.seed, what, "but the other side can hold it")
        if kind == "channel":
            reached |= listed
        reached |= set(names)
        reached |= {name for name in unsaid(case, version, store, mailbox)
                    if kind == "all" or not case.held_elsewhere(store, name)}
        if kind in ("name", "other") and not all(case.held_elsewhere(store, name) for name in names):
            differ(case.seed, what, "but the other side can't hold it")
    if case.patterns and listed - reached:
        differ(case.seed, version, "no mailbox becomes", sorted(listed - reached))
    if not case.patterns:
        single_is_absent(case, version, answers)


def held(case, version, store, mailbox):
    """The same, but for what MapInbox hides."""
    names = unsaid(case, version, store, mailbox)
    mapped, box = case.stores[store].map_inbox, case.box[store]
    return names - {mapped[len(box):]} if mailbox != "INBOX" and mapped.startswith(box) else names


def is_needed(case, version, store, mailbox, kind):
    """What is uncertain is so for a reason."""
    own = case.stores[store]
    if kind == "all":
        return (own.flatten and "/" in mailbox) or any(not name or re.search("[,\n]", name)
                                                       for name in unsaid(case, version, store, mailbox))
    if kind == "other":
        return (mailbox == "INBOX" or mailbox.startswith("INBOX/") or getattr(own, "subscribed_only", False)
                or (version == "1.4" and own.path and not own.path.endswith("/")))
    return True


def unsaid(case, version, store, mailbox):
    """What it may stand for in mbsync's list, without an argument for it."""
    if isinstance(case.stores[store], ImapStore) and version == "1.5":
        mailbox = decode(mailbox)
    flatten = case.stores[store].flatten
    name = mailbox.replace(flatten, "/") if flatten else mailbox
    both = {name, case.stores[store].map_inbox} if mailbox == "INBOX" else {name}
    return {name[len(case.box[store]):] for name in both if name.startswith(case.box[store])}


def single_is_absent(case, version, answers):
    """A channel without Patterns: one mailbox at the most of each side, if it is there."""
    for store, box in case.box.items():
        wanted = box or "INBOX"
        if case.stores[store].map_inbox == wanted:
            wanted = "INBOX"
        if case.stores[store].flatten:
            wanted = wanted.replace("/", case.stores[store].flatten)
        found = [name for (where, name), kind, _ in answers if where == store and kind == "channel"]
        if found != ([wanted] if wanted in case.names[store] else []):
            differ(case.seed, version, store, "the channel's mailbox is", wanted, "not", found)


def compare_imap(case, version, program):
    if not accepted(program, case.file)[0]:
        return
    if version == "1.5":
        compare_own(case, program)
    compare_names(case, version, program)


def compare_own(case, program):
    """The store's own names are those that mbsync prints, which are in UTF-8."""
    status, out, error = run(program, "-c", case.file, "--list-stores", "far")
    if status != 0:
        differ(case.seed, "--list-stores fails", error.decode())
        return
    theirs = set(out.decode().split("\n")[1:]) - {""}
    ours = {decode(mailbox) for (store, mailbox), kind, _ in case.asked("1.5")
            if store == "far" and kind != "outside"}
    count("own names", len(theirs))
    if not theirs <= ours or (theirs | {"INBOX"} != ours and not case.stores["far"].subscribed_only):
        differ(case.seed, "own names are", sorted(theirs), "not", sorted(ours))


# --- which files are taken, for which lines, and what they mean ---

ACCOUNTS = """\
IMAPAccount acc
Host 127.0.0.1
Port 1143
User "me too"
PassCmd "echo \\"x\\""
SSLType IMAPS
AuthMechs LOGIN PLAIN
CertificateFile ~/rc
Timeout 30

IMAPStore imap
Account acc
Path lists.
PathDelimiter .
UseNamespace no

IMAPStore inline
Tunnel "ssh host imapd"
MapInbox sent
"""
STORES = """\
MaildirStore far
Path ~/far/
Inbox ~/outside-far
SubFolders Verbatim

MaildirStore near
Path ~/near/
Inbox ~/near/Inbox
SubFolders Legacy
"""
CHANNELS = """\
Channel one
Far :far:lists/dev
Near :near:

# more than one
Channel more
Master :far:
Slave :near:pre/
Patterns * !Spam
Create Both
Sync All
SyncState *

Channel third
Far :far:
Near :near:"two words"
Expunge Near

Group all
Channels one more:a,b third

Group some one
"""
FRONT = "FSync yes\nCreate Near\nSync Pull New\n"
# What is put into a section, by the keyword that starts it; and what may stand anywhere.
LINES = {
    "IMAPAccount": r"""Host h|Host imaps:h|Port 0|Port 70000|Port 4294967297|Port -1|Port x|User a|UserCmd a|Pass b|PassCmd b|Tunnel t|
TLSType None|SSLType None|SSLType STARTTLS|SSLType TLS|TLSVersions +1.2 -1.3|TLSVersions 1.2|SSLVersions TLSv1.2|
SSLVersions TLSv9|RequireSSL yes|UseIMAPS yes|UseIMAPS maybe|UseTLSv1 no|UseSSLv3 yes|RequireCRAM yes|AuthMech *|
Timeout 5s|Timeout -1|PipelineDepth 0|PipelineDepth 5|DisableExtension MOVE|DisableExtensions MOVE X-FOO|
DisableExtension LITERAL-|CertificateFile ~/rc|SystemCertificates on|SystemCertificates perhaps|CipherString x""",
    "IMAPStore": r"""Account acc|Account nobody|Port 1|User a|UseNamespace no|SubscribedOnly yes|Path x/|Path|PathDelimiter /|
PathDelimiter ..|MapInbox m|Flatten .|Flatten a/b|Trash t|TrashNewOnly x|MaxSize 5k|MaxSize 5q|MaxSize mb""",
    "MaildirStore": r"""Inbox ~/outside-far|Inbox ~/near|Inbox ~/near/|SubFolders maildir++|SubFolders flat|AltMap no|InfoDelimiter ;|
InfoDelimiter x|InfoDelimiter ;;|MapInbox m|Flatten .|Flatten a/b|TrashRemoteNew yes|MaxSize 10MB|Path ~/near/""",
    "Channel": r"""Far :far:|Far :near:x|Near :nobody:|Near far|Master :far:a:b|Near :near:"a b"|Near :near:a#b|Near :near:\# #c|
Near ":near:\"x\"y"|Near :near:'x y'|Near :near:\\Xfc x|Near :near:\\Xfc\ x|Near :near:x\Tx|Near :near:a\ b|Near "":near:""|
Patterns a b|Pattern|Pattern ""|Patterns !b * # x|Sync Pull Push|Sync New PullNew|Sync None Push|Sync Gone|
Sync Delete PullDelete|Sync Upgrade|Sync PullFull New|Sync Pull Push PullNew|Sync Pull Push PullOld|Sync Nonsense|
Create Both Far|Create None Near|Create Far Near|Create Master|Create Up|Remove Both|Expunge None|ExpungeSolo Near|
ExpungeSolo Both Far|SyncState *|SyncState * x|CopyArrivalDate yes|MaxMessages 10|MaxMessages ten|ExpireUnread yes|
ExpireSide Far|ExpireSide Both|MaxSize 1m""",
    "Group": "Channels one|Channel more:a,b third|Channels|Channel nobody|Create Both|Group new one",
    "": r"""FSync yes|FSync 2|FieldDelimiter ;|FieldDelimiter ab|BufferLimit 10M|BufferLimit 0|BufferLimit 4194304k|Channel new|
Channel|Group new one|MaildirStore new|IMAPStore new|IMAPAccount new|Unknown word|Unknown|unknown a b|""||#|  # comment|\T|
"" x|"open|end\|x\ y z|\Host h|'Host' h|Ho"st" h|Host "h" i|Host \Xa0|\Xef\Xbb\Xbf|\Xefx|\X0b|\X0c|x\X00y z|\X00|
Host\X00h|Host h\X00 i|Host \X01|FSYNC YES|Include x""",
}
LINES = {start: lines.replace("\n", "").split("|") for start, lines in LINES.items()}


def unescape(line):
    return re.sub(r"\\X(..)", lambda match: chr(int(match.group(1), 16)), line.replace("\\T", "\t")).encode("latin-1")


def generate(dice):
    """A file of mostly right lines, as bytes."""
    parts = [part for part in (FRONT, ACCOUNTS, STORES, CHANNELS) if part != FRONT or dice.random() < 0.5]
    lines = "\n".join(parts).encode().split(b"\n")
    for _ in range(dice.choice([0, 1, 1, 1, 2, 2, 3])):
        change_file(dice, lines)
    text = dice.choice([b"\n", b"\n", b"\n", b"\r\n"]).join(lines)
    if dice.random() < 0.1:
        at = dice.randrange(len(text))
        text = text[:at] + bytes([dice.choice(b'"\\# \n\t\0\x80')]) + text[at + dice.randint(0, 2):]
    return text


def put_line(dice, lines):
    """A line for a section of the kind, behind its first one; or anywhere."""
    start = dice.choice(["IMAPAccount", "IMAPStore", "MaildirStore", "Channel", "Channel", "Channel", "Group", "", ""])
    places = [at + 1 for at, line in enumerate(lines) if start and line.startswith(start.encode() + b" ")]
    at = dice.choice(places or [dice.randrange(len(lines))])
    while start and at < len(lines) and lines[at] and dice.random() < 0.7:
        at += 1
    lines.insert(at, unescape(dice.choice(LINES[start])))


def change_file(dice, lines):
    at = dice.randrange(len(lines))
    what = dice.random()
    if what < 0.6:
        put_line(dice, lines)
    elif what < 0.67:
        del lines[at]
    elif what < 0.77:
        lines.insert(at, lines[dice.randrange(len(lines))])
    elif what < 0.82:
        keyword, blank, rest = lines[at].partition(b" ")
        lines[at] = keyword.upper() + blank + rest
    else:
        lengthen(dice, lines, at)


def lengthen(dice, lines, at):
    """To about what mbsync takes of a line at once."""
    padding = dice.choice([b" ", b"#"]) if lines[at] else b"#"
    lines[at] += b" " + padding * (dice.randint(1019, 1024) - 1 - len(lines[at]))
    lines[at] += dice.choice([b"", b"", b"x", b"Sync Pull", b"# x"])


def faults_of_mbsync(error):
    """The lines that it refuses, and whether it refuses more than lines."""
    lines, more = set(), False
    for line in error.decode("latin-1").split("\n"):
        if re.match(r"(\./)?rc:\d+: Notice|(\./)?rc: notice|Notice|Warning|$", line):
            continue
        where = re.match(r"(?:\./)?rc:(\d+): ", line)
        if where:
            lines.add(int(where.group(1)))
        elif not re.match(r"No channel (or group named|specified)", line):
            more = True
    return lines, more


def faults_of_dump(out):
    lines, more = set(), False
    for line in out.decode("latin-1").split("\n"):
        words = line.split("\t")
        if words[0] == "line":
            lines.add(int(words[1]))
        more |= words[0] == "section"
    return lines, more


def compare_file(seed, version, program):
    text = generate(random.Random(seed))
    with open(WORK + "/rc", "wb") as file:
        file.write(text)
    takes, error = accepted(program, "rc")
    _, out, _ = run(DUMP, version, "rc", WORK)
    count("accepted" if takes else "refused")
    theirs, ours = faults_of_mbsync(error), faults_of_dump(out)
    if re.search(b"unterminated|missing closing", error):
        # whether such a line ends a section is left to chance
        first = min(int(line) for line in re.findall(b"rc:(\\d+): (?:unterminated|missing cl)", error))
        theirs, ours = (({line for line in lines if line <= first}, False) for lines, _ in (theirs, ours))
    if version == "1.4" and theirs[0]:
        # which tells of stores that a line has told to be unknown, and not of all that is wrong
        ours = ours[0], theirs[1]
    if takes == (b"refused\t1\n" in out) or theirs != ours:
        differ(seed, version, "accepted" if takes else "refused", error.decode("latin-1"), "---",
               out.decode("latin-1")[:1000])
        return
    if takes:
        compare_meaning(seed, version, program, out)


def compare_meaning(seed, version, program, out):
    """mbsync -l of each channel between Maildirs, and of each group, says the same as the dump."""
    stores = {}
    for line in out.split(b"\n"):
        words = line.split(b"\t")
        if words[0] == b"store":
            stores.setdefault(words[1], words[2] == b"imap=0")
        if words[0] == b"channel" and b":" not in words[1] and words[1] and not words[1].startswith(b"-"):
            sides = [side[1:].split(b":", 1) for side in words[2:4]]
            first = out.split(b"\nchannel\t" + words[1] + b"\t")[1].split(b"\n")[0]
            if all(stores.get(side[0]) for side in sides) and line.endswith(first):
                compare_channel(seed, version, program, out, words[1], sides, words[4])


def compare_channel(seed, version, program, dump, channel, sides, patterns):
    if b"\ngroup\t" + channel in dump:
        return
    status, out, error = run(program, "-c", "rc", "-l", channel)
    if b"cannot open store" in error:
        count("channels that mbsync can't open")
        return
    if patterns == b"patterns=":
        wanted = b" <=> ".join(side[1] or b"INBOX" for side in sides) + b"\n"
        count("channels")
        if (status, out) != (0, wanted):
            differ(seed, version, channel, "is", out, error, "not", wanted)
        return
    if status != 0:
        count("channels that mbsync can't list")
        return
    given = b"".join(store + b"\t" + name + b"\0" for store in (b"far", b"near") for name in SAMPLE)
    answers = run(DUMP, version, "rc", WORK, channel, given=given)[1]
    names = {name for line in answers.split(b"\n") if re.match(b"side\t[^\t]*\t(name|other)\t", line) for name in line.split(b"\t")[3:]}
    listed = {line.split(b" <=> ")[0][len(sides[0][1]):] for line in out.split(b"\n")[:-1]}
    if not any(side[1] for side in sides):
        listed = set(out.split(b"\n")[:-1])
    count("channels with Patterns")
    # an empty name can't be given
    if not listed - {b""} <= names:
        differ(seed, version, channel, "lists", listed, "not", names)


SAMPLE = [b"INBOX", b"Inbox", b"pre/.a", b"lists/dev", b"Spam", b"pre/a", b"a", b"M", b"b"]


def make_sample():
    """What the Maildir stores of the files hold, in whatever layout."""
    for path in ("far/lists/dev", "far/Spam", "far/a", "far/b", "far/pre/a", "near/pre/.a", "near/M",
                 "near/Inbox", "outside-far", "near/b", "near/Spam"):
        os.makedirs(f"{WORK}/{path}/cur", exist_ok=True)


# --- what an account's strings are: mbsync logs in with them ---

# Speaks as much IMAP as it takes for mbsync to say LOGIN; the tunnel's own words are its arguments.
LISTENER = r"""#!/bin/bash
printf '%s\n' "tunnel=$1" >listened
printf '* OK hello\r\n'
while IFS= read -r line; do
	line=${line%$'\r'}
	tag=${line%% *}
	case $line in
	*CAPABILITY) printf '* CAPABILITY IMAP4rev1\r\n%s OK\r\n' "$tag" ;;
	*LOGIN*) printf '%s\n' "${line#* LOGIN }" >>listened; printf '%s NO\r\n' "$tag" ;;
	*) printf '%s BAD\r\n' "$tag" ;;
	esac
done
"""
STRINGS = ["plain", '"two words"', 'two\\ words', 'in"si"de', '"a#b"', "a#b", "'single'", '"quoted \\"word\\""',
           '"back\\\\slash"', '"  end"', '"trailing "', "\\#hash", '"\\pass"', "caf\u00e9", '"\\caf\u00e9 x"',
           '"x\\\u00e9 y"']


def unquote(imap):
    """The two quoted strings of LOGIN."""
    return [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r'"((?:[^"\\]|\\.)*)"', imap)]


def compare_login(seed, version, program):
    dice = random.Random(seed)
    user, password = dice.choice(STRINGS), dice.choice(STRINGS)
    command = dice.choice(["Pass " + password, 'PassCmd "echo first"'])
    text = f"IMAPStore i\nTunnel \"./listener '{seed}  \\\"\\\\'\"\nUser {user}\n{command}\nAuthMechs LOGIN\n\n"
    with open(WORK + "/rc", "w", encoding="utf-8") as file:
        file.write(text + STORES + "\nChannel c\nFar :i:\nNear :near:\nPatterns *\n")
    if os.path.exists(WORK + "/listened"):
        os.remove(WORK + "/listened")
    _, _, error = run(program, "-c", "rc", "-l", "c")
    if not os.path.exists(WORK + "/listened"):
        differ(seed, version, "no login", error.decode(), text)
        return
    with open(WORK + "/listened", encoding="utf-8") as file:
        tunnel, _, login = file.read().partition("\n")
        words = unquote(login)
    out = run(DUMP, version, "rc", WORK)[1].decode()
    account = dict(word.split("=", 1) for word in re.search(r"account\ti\t(\w.*?=[^\0]*?)\nstore", out).group(1)
                   .split("\tversions")[0].replace("\t\t", "\t").split("\t") if "=" in word)
    given = account["pass"] if account["pass"] != "-" else "first"
    count("logins")
    if words != [account["user"], given] or account["tunnel"] != f"./listener '{tunnel[7:]}'":
        differ(seed, version, "logs in as", words, "by", tunnel, "not", account, text)


# --- main ---

KINDS = {"names": (compare_names, 120), "imap": (compare_imap, 40), "files": (compare_file, 200),
         "logins": (compare_login, 40)}


def main():
    compare, cases = KINDS[KIND]
    cases = int(os.environ.get("ORACLE_CASES", cases))
    of_file = KIND in ("files", "logins")
    if of_file:
        make_sample()
        with open(WORK + "/listener", "w", encoding="utf-8") as file:
            file.write(LISTENER)
        os.chmod(WORK + "/listener", 0o755)
    for seed in range(SEED, SEED + cases):
        before = mbsyncrc_case.differences
        for version, program in PROGRAMS.items():
            case = seed if of_file else Case(seed, ImapStore if KIND == "imap" else Store)
            compare(case, version, program)
        if mbsyncrc_case.differences > before and os.environ.get("ORACLE_SHOW"):
            with open(WORK + "/rc", "rb") as file:
                print(file.read())
    print(" ".join(f"{what}: {number}" for what, number in sorted(counts.items())))
    return mbsyncrc_case.differences > 0


if __name__ == "__main__":
    sys.exit(main())
