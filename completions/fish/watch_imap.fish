# The stores and accounts of the files that mbsync takes.
function __fish_watch_imap_stores
    set -l config $HOME/.config
    test -n "$XDG_CONFIG_HOME"; and set config $XDG_CONFIG_HOME
    sed -nE 's/^[[:blank:]]*IMAP(Store|Account)[[:blank:]]+"?([^"[:blank:]]+).*/\2/Ip' \
        $config/isyncrc ~/.mbsyncrc 2>/dev/null
end

complete -c watch_imap -f -a '(__fish_watch_imap_stores)' -d 'IMAPStore or IMAPAccount'
complete -c watch_imap -s c -l config -r -F -d 'Read this file, not what mbsync reads'
complete -c watch_imap -s i -l idle -x -d 'A connection for this mailbox alone'
complete -c watch_imap -s k -l keep -x -d 'Say something to the server so often'
complete -c watch_imap -s p -l poll -x -d 'Ask for all mailboxes so often'
complete -c watch_imap -s x -l exclude -x -d 'Leave out mailboxes that match'
complete -c watch_imap -s n -l names -x -a 'utf7 utf8' -d 'How names are printed'
complete -c watch_imap -s t -l test -d 'Connect, print what was found, and exit'
complete -c watch_imap -s v -l verbose -d 'Show what is said, without secrets'
complete -c watch_imap -s V -l version -d 'Print the version'
complete -c watch_imap -s h -l help -d 'Print a summary of the options'
