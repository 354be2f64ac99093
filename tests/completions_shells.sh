#!/bin/bash
# zsh and fish complete every option that --help lists, and what else they can.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs zsh fish script

export XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data HOME=$work/home
unset XDG_CONFIG_HOME
mkdir -p "$HOME/.ssh"
top=$(cd "$top_srcdir" && pwd)

# zsh completes on a terminal only: one that ends when it has shown, in $offered, what it found.
mkdir "$work/zsh"
cat >"$work/zsh/.zshrc" <<'EOF'
fpath=($top/completions/zsh $fpath)
autoload -Uz compinit && compinit -u -d $work/zcompdump
compadd() {
	local -a matches
	if [[ " $*" != *" "-[OAD]" "* ]]; then
		builtin compadd -A matches "$@"
		print -rl -- $matches >>$offered
	fi
	builtin compadd "$@"
}
zle -C offer complete-word _main_complete
zle-line-init() {
	BUFFER=$line CURSOR=$#line
	zle offer 2>>$complaints
	exit
}
zle -N zle-line-init
EOF
export top work offered=$work/offered complaints=$work/complaints

# zsh_words LINE, fish_words LINE: what the shell offers for the last word
zsh_words() {
	: >"$offered"
	: >"$complaints"
	line=$1 ZDOTDIR=$work/zsh TERM=vt100 timeout 60 script -qec 'zsh -d -i' /dev/null \
		</dev/null >"$work/screen" 2>&1
	sed '/^$/d' "$offered" | sort -u
}
fish_words() {
	# shellcheck disable=SC2016 # for fish
	line=$1 fish --no-config -c 'set fish_complete_path $top/completions/fish $__fish_data_dir/completions
		complete -C $line' 2>"$complaints" </dev/null | sed 's/\t.*//' | sort -u
}

cat >"$HOME/.mbsyncrc" <<'EOF'
channel one
 Channel	two # x
GROUP three one two
Channel "a b"
Channels x
#Channel no
Channel $(touch x)
IMAPStore far
Host h

MaildirStore "near"
EOF
echo 'mail.example.org ssh-ed25519 AAAA' >"$HOME/.ssh/known_hosts"
printf 'MaildirStore "nearer"\nPath ~/Mail/\n\nIMAPStore neither\n\nMaildirStore other\n' >"$HOME/rc"
mkdir -p "$work/some/directory"
: >"$work/some/file"
for shell in zsh fish; do
	words=${shell}_words
	for program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
		"$program" --help >"$work/help"
		options=$(grep -oE -- '--[a-z][a-z-]+' "$work/help" | sort -u)
		ok "$program --help lists options" test -n "$options"
		is "$shell: $program: all long options complete" \
			"$("$words" "$program --" | grep -oE '^--[a-z-]*' | sort -u)" "$options"
		is "$shell: $program: without complaints" "$(cat "$complaints")" ""
		shorts=$("$words" "$program -" | grep -xE -- '-[a-zA-Z]' | xargs)
		contains "$shell: $program has -h" <(echo "$shorts") '(^| )-h( |$)'
		for option in $shorts; do
			contains "$shell: $program: --help knows $option" "$work/help" "(^|[ ,])$option"
		done
	done
	is "$shell: channels and groups" "$("$words" "mswatch --init " | xargs)" "one three two"
	is "$shell: the channel that is begun" "$("$words" "mswatch --init tw")" two
	contains "$shell: hosts behind it" <("$words" "mswatch --init two mail.e") '^mail.example.org$'
	is "$shell: no hosts otherwise" "$("$words" "mswatch mail.e")" ""
	is "$shell: forms of the status" "$("$words" "mswatch --status=" | sed 's/.*=//' | xargs)" "json short"
	is "$shell: layouts" "$("$words" "watch_maildirs -l v")" verbatim
	is "$shell: encodings" "$("$words" "watch_maildirs --names utf" | xargs)" "utf7 utf8"
	is "$shell: Maildir stores" "$("$words" "watch_maildirs -S n")" near
	is "$shell: those of another file" "$("$words" "watch_maildirs -c $HOME/rc -S ne")" nearer
	# shellcheck disable=SC2088 # as typed
	is "$shell: of one at home, too" "$("$words" "watch_maildirs -c ~/rc -S ne")" nearer
	is "$shell: IMAP stores" "$("$words" "watch_imap f")" far
	contains "$shell: directories" <("$words" "watch_maildirs --maildir $work/some/") 'directory/?$'
	lacks "$shell: and no files" <("$words" "watch_maildirs --maildir $work/some/") 'file$'
	for line in "mswatch -c" "mswatch --mbsyncrc" "watch_imap -c" "watch_mboxes -i"; do
		contains "$shell: files behind $line" <("$words" "$line $work/some/f") '(^|/)file$'
	done
	for line in "inputkill" "inputkill -g 2" "socketwatch" "socketwatch --"; do
		contains "$shell: commands behind $line" <("$words" "$line setpri") '^setpriv$'
		contains "$shell: with their options" <("$words" "$line ls --alm") '^--almost-all$'
	done
	for option in -t --timeout; do
		contains "$shell: another option behind $option" <("$words" "inputkill $option 5 -") '^--grace=?$'
		lacks "$shell: none behind the command" <("$words" "inputkill $option 5 ls -") '^--grace=?$'
	done
	mkdir -p "$HOME/.config"
	echo 'Channel xdg' >"$HOME/.config/isyncrc"
	is "$shell: channels of the newer mbsync's file" "$("$words" "mswatch --init ")" xdg
	rm -r "$HOME/.config"
done
tap_done
