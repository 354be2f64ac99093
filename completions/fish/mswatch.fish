# The channels and groups of the file that mbsync takes, those with blanks or quotes left out.
function __fish_mswatch_channels
    set -l config $HOME/.config
    set -q XDG_CONFIG_HOME; and set config $XDG_CONFIG_HOME
    set -l file $config/isyncrc
    test -r $file; or set file $HOME/.mbsyncrc
    sed -nE 's/^[[:space:]]*(channel|group)[[:space:]]+([^][:space:]"'\''\\\\$`]+)([[:space:]].*)?$/\2/Ip' $file 2>/dev/null
end

complete -c mswatch -f
complete -c mswatch -s c -l config -r -F -d 'The configuration'
complete -c mswatch -s d -l dry -d 'Say what would be synced, but do not run the syncer'
complete -c mswatch -s q -l quiet -d 'Print errors only'
complete -c mswatch -s v -l verbose -d 'Print more'
complete -c mswatch -s r -l replace -d 'End the mswatch that runs, and take its place'
complete -c mswatch -s t -l test-config -d 'Check the configuration, print it as understood'
complete -c mswatch -l check -d 'Check it, start each watcher once, ask the syncer'
complete -c mswatch -l init -x -a '(__fish_mswatch_channels)' -d 'Print a configuration for a channel of mbsync'
complete -c mswatch -l mbsyncrc -r -F -d "mbsync's configuration, for --init"
complete -c mswatch -s s -d 'Print how things are'
complete -c mswatch -l status -a 'short json' -d 'Print how things are'
complete -c mswatch -l sync -d 'Sync mailboxes, or all, now; wait for the end'
complete -c mswatch -l watch -d 'Print messages as they come'
complete -c mswatch -l reload -d 'Read the configuration anew'
complete -c mswatch -l stop -d 'End the mswatch that runs'
complete -c mswatch -s V -l version -d 'Print the version'
complete -c mswatch -s h -l help -d 'Print a summary of the options'
complete -c mswatch -n '__fish_contains_opt init' -a '(__fish_print_hostnames)' -d Host
