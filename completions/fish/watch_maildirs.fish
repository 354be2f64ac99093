# The Maildir stores in the file of -c, or in ~/.mbsyncrc.
function __fish_watch_maildirs_stores
    set -l file ~/.mbsyncrc
    set -l words (commandline -opc)
    for i in (seq (math (count $words) - 1))
        switch $words[$i]
            case -c --config
                set file (string replace -r '^~/' $HOME/ -- $words[(math $i + 1)])
        end
    end
    sed -nE 's/^[[:blank:]]*MaildirStore[[:blank:]]+"?([^"[:blank:]]*).*/\1/Ip' $file 2>/dev/null
end

complete -c watch_maildirs -f
complete -c watch_maildirs -s m -l maildir -x -a '(__fish_complete_directories)' -d 'Watch this Maildir'
complete -c watch_maildirs -s l -l layout -x -a 'maildir++ verbatim legacy' -d 'How folders lie in it'
complete -c watch_maildirs -s s -l separator -x -d 'Between the parts of a name'
complete -c watch_maildirs -s i -l inbox -x -a '(__fish_complete_directories)' -d 'Where INBOX is'
complete -c watch_maildirs -s S -l store -x -a '(__fish_watch_maildirs_stores)' -d "What mbsync's file says of a store"
complete -c watch_maildirs -s c -l config -r -F -d "mbsync's file"
complete -c watch_maildirs -s n -l names -x -a 'utf8 utf7' -d 'How names are printed'
complete -c watch_maildirs -s x -l exclude -x -d 'Leave out mailboxes that match'
complete -c watch_maildirs -s a -l all-events -d 'Report also what no syncer can see'
complete -c watch_maildirs -s e -l no-echo -d "Don't report what mswatch's own syncer stores"
complete -c watch_maildirs -s w -l wait -d 'Wait for a Maildir that does not exist yet'
complete -c watch_maildirs -s p -l poll -x -d "Where watching can't do: look so often"
complete -c watch_maildirs -l poll-only -d 'Watch nothing, look only'
complete -c watch_maildirs -s V -l version -d 'Print the version'
complete -c watch_maildirs -s h -l help -d 'Print a summary of the options'
