# shellcheck shell=bash
# tests/debian.sh - packages of Debian's without installing them, with an apt of one's own.
#
#   apt_begin DIRECTORY deb|deb-src SUITE   # the lists, in DIRECTORY; 1 where they can't be had
#   apt_call DIRECTORY download|source ...  # apt-get with these lists; checked with Debian's keys

apt_origin() { # where this system's main packages come from
	# shellcheck disable=SC2016 # apt's
	apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's/^Debian|//p' | head -n 1
}

apt_call() { APT_CONFIG=$1/apt.conf apt-get -q "${@:2}"; }

apt_begin() {
	local keys=/usr/share/keyrings/debian-archive-keyring.gpg from
	from=$(apt_origin)
	[[ -n $from && -e $keys ]] || return 1
	mkdir -p "$1/lists/partial" "$1/archives/partial"
	printf '%s [signed-by=%s] %s %s main\n' "$2" "$keys" "$from" "$3" >"$1/sources.list"
	cat >"$1/apt.conf" <<-CONF
		Dir::Etc::SourceList "$1/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$1/lists";
		Dir::Cache "$1";
		APT::Sandbox::User "$(id -un)";
		Acquire::Languages "none";
		Acquire::Retries "3";
	CONF
	apt_call "$1" update
}
