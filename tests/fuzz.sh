#!/bin/bash
# Each fuzz target takes its seeds, which hold what was once found too, without a finding.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs clang
printf 'int LLVMFuzzerTestOneInput(const char *b, unsigned long c) { return b && c ? 0 : 0; }\n' >"$work/probe.c"
clang -fsanitize=fuzzer,address,undefined -o "$work/probe" "$work/probe.c" 2>"$work/probe.log" ||
	skip_all "clang has no libFuzzer here (libclang-rt-dev)"
unset MAKEFLAGS
for target in config lines mbsyncrc mailboxes names layout mboxes inotify diagnosis interfaces imap_names imap_reader imap_session; do
	FUZZ_TARGETS=$target "$top_srcdir/tests/fuzz/run" "$work/fuzz" seeds >"$work/out" 2>&1
	is "$target takes its seeds" "$(tail -n 1 "$work/out")" "no findings: $target"
done
tap_done
