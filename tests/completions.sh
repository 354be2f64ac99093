#!/bin/bash
# Bash completes every option that --help lists, and what else it can.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

bash_completion=/usr/share/bash-completion/bash_completion
[[ -e $bash_completion ]] || needs bash-completion

# complete PROGRAM WORD...: what bash would offer for the last word
complete_words() {
	# shellcheck disable=SC2016 # for the other bash
	bash -c '. "$1" && . "$2/completions/$3" || exit
		compopt() { :; }
		COMP_WORDS=("${@:3}") COMP_CWORD=$(($# - 3)) COMP_LINE="${*:3}"
		COMP_POINT=${#COMP_LINE} function=$(complete -p "$3" | sed "s/.*-F \([^ ]*\).*/\1/")
		"$function" "$3" "${!#}" "${*: -2:1}"
		printf "%s\n" "${COMPREPLY[@]}" | sort -u' \
		complete_words "$bash_completion" "$top_srcdir" "$@" 2>"$work/complaints"
}

for program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
	command -v "$program" >/dev/null || continue
	"$program" --help >"$work/help"
	options=$(grep -oE -- '--[a-z][a-z-]+=?' "$work/help" | sort -u)
	ok "$program --help lists options" test -n "$options"
	is "$program: all long options complete" \
		"$(complete_words "$program" -- | grep -E '^--[a-z-]*=?$')" "$options"
	for option in $(complete_words "$program" - | grep -xE -- '-[a-zA-Z]'); do
		contains "$program: --help knows $option" "$work/help" "(^|[ ,])$option"
	done
	is "$program: without complaints" "$(cat "$work/complaints")" ""
done

is "watch_maildirs completes layouts" "$(complete_words watch_maildirs -l v)" verbatim
is "and encodings" "$(complete_words watch_maildirs --names utf)" $'utf7\nutf8'
printf '%s\n' 'MaildirStore "near"' "Path ~/Mail/" "" "IMAPStore neither" "" "MaildirStore other" "" >"$work/rc"
is "and the stores of mbsync" "$(complete_words watch_maildirs -c "$work/rc" -S ne)" near
# shellcheck disable=SC2088 # as typed
is "of a file at home, too" "$(HOME=$work complete_words watch_maildirs -c '~/rc' -S ne)" near
mkdir "$work/directory"
: >"$work/file"
is "watch_maildirs completes directories" "$(complete_words watch_maildirs --maildir "$work/")" "$work/directory"
is "watch_imap completes files" "$(complete_words watch_imap -c "$work/f")" "$work/file"
is "and encodings" "$(complete_words watch_imap -n utf)" $'utf7\nutf8'
printf 'IMAPStore far\nHost h\n\nMaildirStore near\n' >"$work/.mbsyncrc"
is "and stores" "$(HOME=$work XDG_CONFIG_HOME=$work complete_words watch_imap "")" far
is "mswatch completes files" "$(complete_words mswatch -c "$work/f")" "$work/file"
mkdir "$work/home"
# shellcheck disable=SC2016 # as written
printf '%s\n' 'channel one' ' Channel	two # x' 'GROUP three one two' 'Channel "a b"' 'Channels x' '#Channel no' \
	'Channel $(touch x)' >"$work/home/.mbsyncrc"
channels() { env -u XDG_CONFIG_HOME HOME="$work/home" bash -c 'complete_words "$@"' channels "$@"; }
export -f complete_words
export bash_completion top_srcdir work
is "mswatch completes channels and groups" "$(channels mswatch --init "" | xargs)" "one three two"
is "mswatch completes the channel that is begun" "$(channels mswatch --init tw)" two
mkdir "$work/home/.config"
echo 'Channel xdg' >"$work/home/.config/isyncrc"
is "and those of the newer mbsync's file" "$(channels mswatch --init "")" xdg
is "inputkill completes commands" "$(complete_words inputkill -g 2 setpri)" setpriv
is "socketwatch completes commands" "$(complete_words socketwatch -- setpri)" setpriv
tap_done
