complete -c watch_mboxes -f
complete -c watch_mboxes -s m -l mboxes -x -a '(__fish_complete_directories)' -d 'Watch this directory'
complete -c watch_mboxes -s i -l inbox -r -F -d 'Where INBOX is'
complete -c watch_mboxes -s s -l separator -x -d 'Between the parts of a name'
complete -c watch_mboxes -s n -l names -x -a 'utf8 utf7' -d 'How names are printed'
complete -c watch_mboxes -s x -l exclude -x -d 'Leave out mailboxes that match'
complete -c watch_mboxes -s a -l all-events -d 'Report also what no syncer can see'
complete -c watch_mboxes -s e -l no-echo -d "Don't report what a server writes for itself alone"
complete -c watch_mboxes -s w -l wait -d 'Wait for a directory that does not exist yet'
complete -c watch_mboxes -s p -l poll -x -d "Where watching can't do: look so often"
complete -c watch_mboxes -l poll-only -d 'Watch nothing, look only'
complete -c watch_mboxes -s V -l version -d 'Print the version'
complete -c watch_mboxes -s h -l help -d 'Print a summary of the options'
